package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"worldtravel/models"
	"worldtravel/views/gallery"
	"worldtravel/views/words"
)

// showGallery shows every part of the pages, to those who change them.
func (s *Site) showGallery(c echo.Context) error {
	return render(c, http.StatusOK, gallery.Index(gallery.Examples(words.Of(c.Request().Context()))))
}

// showExample shows one of them on a page of its own.
func (s *Site) showExample(c echo.Context) error {
	for _, example := range gallery.Examples(words.Of(c.Request().Context())) {
		if example.Name == c.Param("name") {
			return render(c, http.StatusOK, example.Document())
		}
	}
	return models.Refuse(models.NotFound)
}

// streamExample has nothing new to say to a page on which nothing happens.
func (s *Site) streamExample(c echo.Context) error { return c.NoContent(http.StatusNoContent) }
