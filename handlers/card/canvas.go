package card

import (
	"bytes"
	_ "embed"
	"image"
	"image/color"
	"image/png"
	"sync"
)

// encoded holds the scenes, one below the other, and what is put into them. All
// share one palette; art/ART.txt says how it was made.
//
//go:embed art/sheet.png
var encoded []byte

// sheet is decoded when the first card is drawn.
var sheet = sync.OnceValue(func() *image.Paletted {
	picture, err := png.Decode(bytes.NewReader(encoded))
	if err != nil {
		panic(err) // the sheet is part of the program: it can be read
	}
	return picture.(*image.Paletted)
})

// canvas is a card that is being drawn, in the sheet's inks.
type canvas struct {
	picture *image.Paletted
	laid    []color.NRGBA      // the inks with their transparency, for what is put on it
	mixed   map[[2]uint8]uint8 // the ink nearest to one laid over another
}

// newCanvas is the scene of a stage. Its palette has the sheet's inks without their
// transparency: what is drawn on it covers it.
func newCanvas(s Stage) *canvas {
	art := sheet()
	inks, laid := make(color.Palette, len(art.Palette)), make([]color.NRGBA, len(art.Palette))
	for i, ink := range art.Palette {
		laid[i] = color.NRGBAModel.Convert(ink).(color.NRGBA)
		inks[i] = color.NRGBA{R: laid[i].R, G: laid[i].G, B: laid[i].B, A: 0xff}
	}
	picture := image.NewPaletted(image.Rect(0, 0, Width, Height), inks)
	from := scene(s)
	copy(picture.Pix, art.Pix[art.PixOffset(from.Min.X, from.Min.Y):])
	return &canvas{picture: picture, laid: laid, mixed: map[[2]uint8]uint8{}}
}

// stand puts a cut of the sheet on the canvas, its foot's middle at x, y.
func (c *canvas) stand(cut image.Rectangle, x, y int) {
	art := sheet()
	shift := image.Pt(x-cut.Dx()/2, y-cut.Dy()).Sub(cut.Min)
	seen := cut.Add(shift).Intersect(c.picture.Rect)
	for y := seen.Min.Y; y < seen.Max.Y; y++ {
		for x := seen.Min.X; x < seen.Max.X; x++ {
			i := c.picture.PixOffset(x, y)
			c.picture.Pix[i] = c.mix(c.picture.Pix[i], art.ColorIndexAt(x-shift.X, y-shift.Y))
		}
	}
}

// mix is the ink that looks most like one ink of the sheet laid over one of the
// canvas. image/draw would search the palette for every pixel; here it is searched
// for every pair, of which there are few.
func (c *canvas) mix(below, above uint8) uint8 {
	ink := c.laid[above]
	switch ink.A {
	case 0:
		return below
	case 0xff:
		return above
	}
	pair := [2]uint8{below, above}
	if mixed, known := c.mixed[pair]; known {
		return mixed
	}
	ground := c.picture.Palette[below].(color.NRGBA)
	over := func(below, above uint8) uint8 {
		return uint8((int(above)*int(ink.A) + int(below)*(0xff-int(ink.A)) + 0x7f) / 0xff)
	}
	mixed := uint8(c.picture.Palette.Index(color.NRGBA{R: over(ground.R, ink.R), G: over(ground.G, ink.G), B: over(ground.B, ink.B), A: 0xff}))
	c.mixed[pair] = mixed
	return mixed
}
