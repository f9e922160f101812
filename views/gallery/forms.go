package gallery

import (
	"worldtravel/models"
	"worldtravel/views"
)

// forms are the pages of forms: as they come, and as they come back.
func forms() []Example {
	offer := []views.GameChoice{{Slug: "world-travel", Name: "World Travel", MinSeats: 2, MaxSeats: 4}}
	wrong := views.FieldErrors{"name": models.Refuse(models.NameTaken, "Ada"), "password": models.Refuse(models.PasswordLength, 8, 128), "again": models.Refuse(models.PasswordsDiffer)}
	invited := waiting(nobody, "Sunday Flyers", -1, views.Waiting{CanJoin: true}, seat("Ada", 1), seat("Ben", 2))
	login, signup := page("auth.templ", "LoginPage"), page("auth.templ", "SignupPage")
	keep, play, join := page("guest.templ", "KeepPage"), page("guest.templ", "PlayPage"), page("guest.templ", "JoinPage")
	create, edit := page("create.templ", "CreateRoomPage"), page("profile.templ", "EditProfilePage")
	return []Example{
		login.as("login", views.LoginPage(views.Login{Page: views.Page{Here: views.LoginURL}, Next: "/rooms/k3v9x2"})),
		login.as("login-wrong", views.LoginPage(views.Login{Page: views.Page{Here: views.LoginURL}, Name: "Ada", Errors: views.FieldErrors{"password": models.Refuse(models.WrongLogin)}})),
		login.as("login-busy", views.LoginPage(views.Login{Page: views.Page{Here: views.LoginURL, Notice: models.Refuse(models.TooManyTries, 7)}, Name: "Ada"})),
		signup.as("signup", views.SignupPage(views.Signup{Page: views.Page{Here: views.SignupURL}})),
		signup.as("signup-wrong", views.SignupPage(views.Signup{Page: views.Page{Here: views.SignupURL}, Name: "Ada", Errors: wrong})),
		keep.as("keep", views.KeepPage(views.Signup{Page: views.Page{Viewer: gus}, Name: "Gus", Next: views.LobbyURL})),
		keep.as("keep-wrong", views.KeepPage(views.Signup{Page: views.Page{Viewer: gus}, Name: "Ada", Next: views.LobbyURL, Errors: wrong})),
		play.as("play", views.PlayPage(views.Page{}, views.PlayNow{Room: "n1"})),
		play.as("play-wrong", views.PlayPage(views.Page{}, views.PlayNow{Room: "n1", Name: "A!", Wrong: models.Refuse(models.NameLetters)})),
		join.as("join", views.JoinPage(invited, "", nil)),
		join.as("join-wrong", views.JoinPage(invited, "A!", models.Refuse(models.NameLetters))),
		create.as("create", views.CreateRoomPage(views.CreateRoom{Page: views.Page{Viewer: ada}, ID: "n1", Game: "world-travel", Games: offer, Size: 4, Listed: true})),
		create.as("create-wrong", views.CreateRoomPage(views.CreateRoom{Page: views.Page{Viewer: ada}, ID: "n1", Name: " ", Games: offer, Errors: views.FieldErrors{"name": models.Refuse(models.RoomNameLength, 40), "seats": models.Refuse(models.NoChoice)}})),
		edit.as("profile-edit", views.EditProfilePage(views.EditProfile{Page: views.Page{Viewer: ada}, About: "I always enjoy the view.", Bag: 3, Transport: views.TransportStream})),
		edit.as("profile-wrong", views.EditProfilePage(views.EditProfile{Page: views.Page{Viewer: ada}, Bag: 1, Errors: views.FieldErrors{"about": models.Refuse(models.TextLength, 200)}})),
	}
}

func errorPages() []Example {
	wrong := page("errors.templ", "ErrorPage")
	return []Example{
		wrong.as("error-404", views.ErrorPage(views.Page{Viewer: ada}, 404, models.Refuse(models.NoRoom))),
		wrong.as("error-401", views.ErrorPage(views.Page{}, 401, models.Refuse(models.LoginNeeded))),
		wrong.as("error-500", views.ErrorPage(views.Page{Viewer: ada}, 500, models.Refuse(models.Internal))),
		wrong.as("error-503", views.ErrorPage(views.Page{}, 503, models.Refuse(models.Unavailable))),
	}
}

func notices() []Example {
	notice := part("errors.templ", "NoticeFragment")
	return []Example{
		notice.as("notice", views.NoticeFragment(models.Refuse(models.RoomFull))),
		notice.as("notice-turn", views.NoticeFragment(models.Refuse(models.NotYourTurn, wolfe.Name))),
		notice.as("notice-none", views.NoticeFragment(nil)),
	}
}
