package boards

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views/words"
)

// in is the table as somebody who reads the language sees it.
func in(t *testing.T, tag string) Table {
	t.Helper()
	l, ok := words.Named(tag)
	if !ok {
		t.Fatalf("nobody speaks %s", tag)
	}
	spoken := table
	spoken.Words = l
	return spoken
}

// logged is one event of each kind, and a roll onto each landmark.
func logged() []games.Event {
	event := func(kind string, args ...int) games.Event { return games.Event{Kind: kind, Args: args} }
	all := []games.Event{
		event(worldtravel.Rolled, 3, 30), event(worldtravel.Rolled, 5, worldtravel.Home), event(worldtravel.Flew, 30, 50),
		event(worldtravel.Enjoys, 4), event(worldtravel.Skipped, 4), event(worldtravel.Won),
	}
	for _, landmark := range worldtravel.Landmarks() {
		all = append(all, event(worldtravel.Rolled, 4, landmark.Place))
	}
	return all
}

func TestTheLogIsWrittenInSentencesOfEachLanguage(t *testing.T) {
	for tag, want := range map[string][]string{
		"en": {
			"Ada rolled 3 and reached 30.",
			"Ada rolled 5 and is home.",
			"Ada flew to 50.",
			"Ada enjoys the view.",
			"Ada enjoys the view and skips a turn.",
			"Ada won!",
			"Ada rolled 4 and reached the Pyramids of Giza.",
			"Ada rolled 4 and reached the Taj Mahal.",
			"Ada rolled 4 and reached the Colosseum.",
			"Ada rolled 4 and reached the Eiffel Tower.",
			"Ada rolled 4 and reached Mount Fuji.",
			"Ada rolled 4 and reached the Great Wall.",
			"Ada rolled 4 and reached the Leaning Tower of Pisa.",
			"Ada rolled 4 and reached the Statue of Liberty.",
		},
		"de": {
			"Ada würfelt 3 und erreicht Feld 30.",
			"Ada würfelt 5 und ist am Ziel.",
			"Ada fliegt auf Feld 50.",
			"Ada genießt die Aussicht.",
			"Ada genießt die Aussicht und setzt einmal aus.",
			"Ada hat gewonnen!",
			"Ada würfelt 4 und erreicht die Pyramiden von Gizeh.",
			"Ada würfelt 4 und erreicht das Taj Mahal.",
			"Ada würfelt 4 und erreicht das Kolosseum.",
			"Ada würfelt 4 und erreicht den Eiffelturm.",
			"Ada würfelt 4 und erreicht den Fuji.",
			"Ada würfelt 4 und erreicht die Chinesische Mauer.",
			"Ada würfelt 4 und erreicht den Schiefen Turm von Pisa.",
			"Ada würfelt 4 und erreicht die Freiheitsstatue.",
		},
		"es": {
			"Ada sacó un 3 y llegó a la casilla 30.",
			"Ada sacó un 5 y llegó a la meta.",
			"Ada voló a la casilla 50.",
			"Ada disfruta de la vista.",
			"Ada disfruta de la vista y pierde un turno.",
			"¡Ada ha ganado!",
			"Ada sacó un 4 y visitó las pirámides de Guiza.",
			"Ada sacó un 4 y visitó el Taj Mahal.",
			"Ada sacó un 4 y visitó el Coliseo.",
			"Ada sacó un 4 y visitó la torre Eiffel.",
			"Ada sacó un 4 y visitó el monte Fuji.",
			"Ada sacó un 4 y visitó la Gran Muralla.",
			"Ada sacó un 4 y visitó la torre de Pisa.",
			"Ada sacó un 4 y visitó la estatua de la Libertad.",
		},
		"zh": {
			"Ada掷出 3，到达第 30 格。",
			"Ada掷出 5，到家了。",
			"Ada飞到第 50 格。",
			"Ada正在欣赏美景。",
			"Ada欣赏美景，停一回合。",
			"Ada赢了！",
			"Ada掷出 4，到达吉萨金字塔。",
			"Ada掷出 4，到达泰姬陵。",
			"Ada掷出 4，到达罗马斗兽场。",
			"Ada掷出 4，到达埃菲尔铁塔。",
			"Ada掷出 4，到达富士山。",
			"Ada掷出 4，到达长城。",
			"Ada掷出 4，到达比萨斜塔。",
			"Ada掷出 4，到达自由女神像。",
		},
	} {
		for i, e := range logged() {
			if got := sentence(e, in(t, tag)); got != want[i] {
				t.Errorf("%s: %q, want %q", tag, got, want[i])
			}
		}
	}
}

func TestTheWinnersWayIsToldWithItsNumbersRight(t *testing.T) {
	long := worldtravel.Traveller{Rolls: 21, Flights: 3, Views: 2}
	view := worldtravel.Traveller{Rolls: 12, Views: 1}
	flight := worldtravel.Traveller{Rolls: 1, Flights: 1}
	foot := worldtravel.Traveller{Rolls: 16}
	for tag, told := range map[string]map[worldtravel.Traveller]string{
		"en": {
			long:   "Round the world in 21 rolls, with three flights and two fine views.",
			view:   "Round the world in 12 rolls, with one fine view.",
			flight: "Round the world in one roll, with one flight.",
			foot:   "Round the world in 16 rolls, all on foot.",
		},
		"de": {
			long:   "In 21 Würfen um die Welt, mit drei Flügen und zwei schönen Aussichten.",
			view:   "In 12 Würfen um die Welt, mit einer schönen Aussicht.",
			flight: "In einem Wurf um die Welt, mit einem Flug.",
			foot:   "In 16 Würfen um die Welt, alles zu Fuß.",
		},
		"es": {
			long:   "La vuelta al mundo en 21 tiradas, con tres vuelos y dos buenas vistas.",
			view:   "La vuelta al mundo en 12 tiradas, con una buena vista.",
			flight: "La vuelta al mundo en una tirada, con un vuelo.",
			foot:   "La vuelta al mundo en 16 tiradas, todo a pie.",
		},
		"zh": {
			long:   "用21次掷骰环游世界，途中有三次飞行和两处美景。",
			view:   "用12次掷骰环游世界，途中有一处美景。",
			flight: "用一次掷骰环游世界，途中有一次飞行。",
			foot:   "用16次掷骰环游世界，全程步行。",
		},
	} {
		for traveller, want := range told {
			if got := story(traveller, in(t, tag).Words); got != want {
				t.Errorf("%s: %q, want %q", tag, got, want)
			}
		}
	}
}

func TestTheLastMoveIsSaidInAFewWords(t *testing.T) {
	first, rolled := view(0, worldtravel.Trip{}, 0, 0), view(1, worldtravel.Trip{Seat: 0, Roll: 3}, 3, 0)
	won := view(0, worldtravel.Trip{Roll: 5}, worldtravel.Home, 60)
	won.Travellers[0].Rolls = 1
	for tag, want := range map[string][3]string{
		"en": {"The first roll of the game", "Ada rolled 3", "Home in one roll"},
		"de": {"Der erste Wurf des Spiels", "Ada würfelt 3", "In einem Wurf am Ziel"},
		"es": {"La primera tirada de la partida", "Ada sacó un 3", "En la meta con una tirada"},
		"zh": {"本局第一次掷骰", "Ada掷出 3", "一次掷骰后到家"},
	} {
		for i, v := range []worldtravel.View{first, rolled, won} {
			if got := lastWords(v, in(t, tag)); got != want[i] {
				t.Errorf("%s: %q, want %q", tag, got, want[i])
			}
		}
	}
}

func TestWhatIsSpecialAboutASeatIsSaid(t *testing.T) {
	during := view(0, worldtravel.Trip{}, 12, 13)
	during.Travellers[1].Viewing = true
	after := view(0, worldtravel.Trip{}, worldtravel.Home, 60, 57)
	for tag, want := range map[string][5]string{
		"en": {"", "Enjoying the view", "First home", "At the Statue of Liberty", "Reached 57"},
		"de": {"", "Genießt die Aussicht", "Als Erstes am Ziel", "An der Freiheitsstatue", "Bis Feld 57 gekommen"},
		"es": {"", "Disfruta de la vista", "Primer puesto", "En la estatua de la Libertad", "Llegó a la casilla 57"},
		"zh": {"", "正在欣赏美景", "第一个到家", "在自由女神像", "到达第 57 格"},
	} {
		for i, c := range []struct {
			v    worldtravel.View
			seat games.Seat
		}{{during, 0}, {during, 1}, {after, 0}, {after, 1}, {after, 2}} {
			if got := seatNote(c.v, c.seat, in(t, tag)); got != want[i] {
				t.Errorf("%s: %q, want %q", tag, got, want[i])
			}
		}
	}
}

func TestTheBoardIsToldInWords(t *testing.T) {
	v := view(0, worldtravel.Trip{}, 0, 18, 60, 64)
	for tag, want := range map[string][]string{
		"en": {
			"Ada is at the start, 65 from home. Ahead: the flight 6–15 and the Pyramids of Giza (4).",
			"Ben is at 18, 47 from home. Ahead: the flight 19–23 and the Colosseum (21).",
			"Chen is at the Statue of Liberty (60), 5 from home. Ahead: the flight 63–45.",
			"Dora is at 64, 1 from home.",
			"The road goes from 0 to 65, which is home.",
			"Flights, both ways: 6–15, 7–11, 14–38, 17–26, 19–23, 24–42, 30–50, 34–59, 39–49, 45–63.",
		},
		"de": {
			"Ada ist am Start, noch 65 bis zum Ziel. Weiter vorn gibt es den Flug 6–15 und die Pyramiden von Gizeh (4).",
			"Ben ist auf 18, noch 47 bis zum Ziel. Weiter vorn gibt es den Flug 19–23 und das Kolosseum (21).",
			"Chen ist an der Freiheitsstatue (60), noch 5 bis zum Ziel. Weiter vorn gibt es den Flug 63–45.",
			"Dora ist auf 64, noch 1 bis zum Ziel.",
			"Der Weg führt von 0 bis 65, dem Ziel.",
		},
		"es": {
			"Ada está en la salida, a 65 de la meta. Por delante: el vuelo 6–15 y las pirámides de Guiza (4).",
			"Ben está en la casilla 18, a 47 de la meta. Por delante: el vuelo 19–23 y el Coliseo (21).",
			"Chen está en la estatua de la Libertad (60), a 5 de la meta. Por delante: el vuelo 63–45.",
			"Dora está en la casilla 64, a 1 de la meta.",
			"El camino va de 0 a 65, la meta.",
		},
		"zh": {
			"Ada在起点，离终点 65 格。前方：航班 6–15和吉萨金字塔（第 4 格）。",
			"Ben在第 18 格，离终点 47 格。前方：航班 19–23和罗马斗兽场（第 21 格）。",
			"Chen在自由女神像（第 60 格），离终点 5 格。前方：航班 63–45。",
			"Dora在第 64 格，离终点 1 格。",
			"路线从 0 到 65，终点就是家。",
		},
	} {
		told := WorldTravel.Words(v, in(t, tag))
		for i, want := range want {
			if told[i] != want {
				t.Errorf("%s: %q, want %q", tag, told[i], want)
			}
		}
	}
	if home := WorldTravel.Words(view(0, worldtravel.Trip{}, worldtravel.Home, 60), table)[0]; home != "Ada is home." {
		t.Errorf("%q", home)
	}
}

func TestWhatEachRollLeadsToIsToldInWords(t *testing.T) {
	for tag, want := range map[string][]string{
		"en": {
			"A 1 leads to the Statue of Liberty (60), to enjoy the view.", "A 2 leads to 61.", "A 3 leads to 62.",
			"A 4 leads to 63, and by air to 45.", "A 5 leads to 64.", "A 6 leads home.",
		},
		"de": {
			"Mit einer 1 erreichst du die Freiheitsstatue (60) und genießt die Aussicht.",
			"Mit einer 2 kommst du auf 61.", "Mit einer 3 kommst du auf 62.",
			"Mit einer 4 kommst du auf 63 und fliegst weiter auf 45.", "Mit einer 5 kommst du auf 64.", "Mit einer 6 kommst du ins Ziel.",
		},
		"es": {
			"Con un 1 visitas la estatua de la Libertad (60) y disfrutas de la vista.",
			"Con un 2 llegas a la casilla 61.", "Con un 3 llegas a la casilla 62.",
			"Con un 4 llegas a la casilla 63 y vuelas a la 45.", "Con un 5 llegas a la casilla 64.", "Con un 6 llegas a la meta.",
		},
		"zh": {
			"掷出 1 到自由女神像（第 60 格），欣赏美景。", "掷出 2 到第 61 格。", "掷出 3 到第 62 格。",
			"掷出 4 到第 63 格，再飞到第 45 格。", "掷出 5 到第 64 格。", "掷出 6 就到家。",
		},
	} {
		if got := WorldTravel.NextWords(view(0, worldtravel.Trip{}, 59, 3), in(t, tag)); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
}

// What is said of a place holds wherever the travellers stand: no sentence runs
// into the next, none lacks its end, and nothing of the catalogue shows through.
func TestEverySentenceOfEveryLanguageIsWhole(t *testing.T) {
	for _, l := range words.All() {
		seen := in(t, l.Tag)
		var said []string
		for _, e := range logged() {
			said = append(said, sentence(e, seen))
		}
		for place := range worldtravel.Home {
			v := view(0, worldtravel.Trip{}, place, 0)
			said = append(said, WorldTravel.Words(v, seen)...)
			said = append(said, WorldTravel.NextWords(v, seen)...)
		}
		for _, s := range said {
			first := []rune(strings.TrimLeft(s, "¡"))[0]
			switch {
			case !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "!") && !strings.HasSuffix(s, "。") && !strings.HasSuffix(s, "！"):
				t.Errorf("%s: %q has no end", l.Tag, s)
			case unicode.IsLower(first), strings.Contains(s, "  "), strings.ContainsAny(s, "{<%"):
				t.Errorf("%s: %q is no sentence", l.Tag, s)
			}
		}
	}
}

func TestTheButtonSaysTheMove(t *testing.T) {
	for tag, want := range map[string]string{"en": "Roll", "de": "Würfeln", "es": "Tirar", "zh": "掷骰子"} {
		if got := WorldTravel.Button(worldtravel.Roll, in(t, tag).Words); got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
}
