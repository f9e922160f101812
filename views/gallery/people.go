package gallery

import (
	"time"

	"github.com/a-h/templ"

	"worldtravel/views"
	"worldtravel/views/boards"
	"worldtravel/views/words"
)

// Who looks at the pages; nobody is a visitor.
var (
	nobody = views.Viewer{}
	ada    = views.Viewer{ID: "u1", Name: "Ada"}
	wolfe  = views.Viewer{ID: "u2", Name: "Wolfeschlegelsteinha"} // as long as a name may be
	ben    = views.Viewer{ID: "u3", Name: "Ben"}
	kit    = views.Viewer{ID: "u4", Name: "Kit"}
	gus    = views.Viewer{ID: "u5", Name: "Gus", Guest: true}
)

// day is when everything happened.
var day = time.Date(2026, time.November, 21, 20, 0, 0, 0, time.UTC)

// passports are profiles; the stamps in them are drawn by the game.
func passports(l *words.Language) []Example {
	journeys := []views.Journey{
		{Room: "a", Name: "Sunday Flyers", Game: "World Travel", With: []string{"Ben", "Chen", "Nellie Bly (computer)"}, Rank: 1, Ended: day},
		{Room: "b", Name: longRoom, Game: "World Travel", With: []string{wolfe.Name, "Marco Polo (computer)", "Priya"}, Rank: 3, Ended: day.AddDate(0, 0, -2)},
		{Room: "c", Name: "环游世界八十天", Game: "World Travel", With: []string{"Kit"}, Left: true, Ended: day.AddDate(0, -1, -5)},
	}
	stamps := func(brought map[string]int) []templ.Component {
		return []templ.Component{boards.WorldTravel.Stamps(brought, l)}
	}
	profile := page("profile.templ", "ProfilePage")
	return []Example{
		profile.as("profile", views.ProfilePage(views.Profile{Page: views.Page{Viewer: ada, Here: views.ProfileURL("Ada")}, Name: "Ada", Number: "000131", Bag: 1, About: "I always enjoy the view, and I never skip a flight.", Joined: day, Played: 31, Won: 9, Share: 29, Own: true, Stamps: stamps(allSouvenirs()), Journeys: journeys})),
		profile.as("profile-other", views.ProfilePage(views.Profile{Page: views.Page{Viewer: ada}, Name: wolfe.Name, Number: "7F3A09", Bag: 2, About: "<i>HTML</i> & a veryveryveryveryveryveryveryveryveryveryveryveryveryverylongword", Joined: day, Played: 3, Share: 0, Stamps: stamps(someSouvenirs()), Journeys: journeys})),
		profile.as("profile-new", views.ProfilePage(views.Profile{Page: views.Page{Viewer: ada}, Name: "Chen", Number: "000200", Bag: 3, Joined: day, Stamps: stamps(nil)})),
		profile.as("profile-guest", views.ProfilePage(views.Profile{Page: views.Page{Viewer: gus}, Name: "Gus", Number: "000202", Bag: 1, Joined: day, Own: true, Stamps: stamps(nil)})),
		profile.as("profile-robot", views.ProfilePage(views.Profile{Page: views.Page{}, Name: "Ro-bot", Number: "000201", Bag: 4, Joined: day, Played: 1, Won: 1, Share: 100, Journeys: journeys[:1]})),
	}
}

func allSouvenirs() map[string]int {
	all := map[string]int{}
	for i, key := range boards.WorldTravel.Souvenirs {
		all[key] = 1 + 4*i
	}
	return all
}

func someSouvenirs() map[string]int {
	return map[string]int{"colosseum": 14, "mount-fuji": 1, "leaning-tower-of-pisa": 120}
}

func leaderboards() []Example {
	var ranks []views.Rank
	for i, name := range []string{"Ines", "Tomas", "Noor", wolfe.Name, "Priya", "Leo", "Mo", "Sam", "Wren", "Zoe"} {
		ranks = append(ranks, views.Rank{Rank: i + 1, Name: name, Played: 71 - 3*i, Won: 41 - 4*i, Share: 58 - i})
	}
	later := append([]views.Rank{}, ranks[4:]...)
	later[2].You = true
	board := page("leaderboard.templ", "LeaderboardPage")
	return []Example{
		board.as("leaderboard", views.LeaderboardPage(views.Leaderboard{Page: views.Page{Viewer: ada, Here: views.LeaderboardURL}, Ranks: ranks, Total: 1080, You: &views.Rank{Rank: 137, Name: "Ada", Played: 31, Won: 9, Share: 29, You: true}, PageNumber: 1, PageCount: 22})),
		board.as("leaderboard-later", views.LeaderboardPage(views.Leaderboard{Page: views.Page{Viewer: ada, Here: views.LeaderboardURL}, Ranks: later, Total: 1080, PageNumber: 11, PageCount: 22})),
		board.as("leaderboard-empty", views.LeaderboardPage(views.Leaderboard{Page: views.Page{Here: views.LeaderboardURL}, PageNumber: 1, PageCount: 1})),
	}
}
