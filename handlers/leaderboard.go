package handlers

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"worldtravel/models"
	"worldtravel/views"
)

func (s *Site) showLeaderboard(c echo.Context) error {
	ctx, me := c.Request().Context(), viewer(c).User
	number := 1
	if n, err := strconv.ParseUint(c.QueryParam("page"), 10, 16); err == nil && n > 0 {
		number = int(n)
	}
	lines, total, err := s.models.Results.Top(ctx, (number-1)*models.PageSize, models.PageSize)
	if err != nil {
		return err
	}
	if len(lines) == 0 && number > 1 {
		return models.Refuse(models.NotFound)
	}
	m := views.Leaderboard{
		Page: s.page(c, views.LeaderboardURL), Ranks: ranks(lines, me), Total: total,
		PageNumber: number, PageCount: max(1, (total+models.PageSize-1)/models.PageSize),
	}
	for _, line := range lines {
		if line.User == me {
			return render(c, http.StatusOK, views.LeaderboardPage(m))
		}
	}
	own, ok, err := s.models.Results.Line(ctx, me)
	if err != nil {
		return err
	}
	if ok {
		m.You = &ranks([]models.Ranked{own}, me)[0]
	}
	return render(c, http.StatusOK, views.LeaderboardPage(m))
}

func ranks(lines []models.Ranked, me string) []views.Rank {
	out := make([]views.Rank, len(lines))
	for i, line := range lines {
		out[i] = views.Rank{
			Rank: line.Rank, Name: line.Name, Played: line.Played, Won: line.Won,
			Share: percent(line.Won, line.Played), You: line.User == me,
		}
	}
	return out
}

func percent(part, whole int) int { return (200*part + whole) / max(2*whole, 1) }
