// Command chart draws what the benchmark measured: the calls and the seconds of plans, with
// and without shared reads, as bars. It reads the rows of the benchmark from a JSON file, and
// writes an SVG file.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image/color"
	"os"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// labels are what the chart calls the scenarios that it shows, from top to bottom.
var labels = []struct{ scenario, label string }{
	{"mixed", "2,000 users, quotas, keys, …"},
	{"organization", "an organization, 200 repositories"},
	{"users", "1,000 users"},
	{"many-repositories", "4 teams in 100 repositories"},
}

// row is a row of the benchmark.
type row struct {
	Name          string  `json:"name"`
	Step          string  `json:"step"`
	SingleCalls   float64 `json:"single_calls"`
	Calls         float64 `json:"calls"`
	SingleSeconds float64 `json:"single_seconds"`
	Seconds       float64 `json:"seconds"`
}

func main() {
	flag.Usage = func() { fmt.Fprintln(flag.CommandLine.Output(), "usage: chart ROWS.json CHART.svg") }
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, "chart:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var rows []row
	if err := json.Unmarshal(text, &rows); err != nil {
		return err
	}
	var names []string
	var single, shared [2]plotter.Values // calls and seconds
	for i := range labels {
		chosen := labels[len(labels)-1-i] // the first bar is at the bottom
		r, err := plan(rows, chosen.scenario)
		if err != nil {
			return err
		}
		names = append(names, chosen.label)
		single[0], shared[0] = append(single[0], r.SingleCalls), append(shared[0], r.Calls)
		single[1], shared[1] = append(single[1], r.SingleSeconds), append(shared[1], r.Seconds)
	}
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	plotter.DefaultFont = plot.DefaultFont
	calls, err := bars("Calls of a plan", names, single[0], shared[0])
	if err != nil {
		return err
	}
	seconds, err := bars("Seconds of a plan", make([]string, len(names)), single[1], shared[1])
	if err != nil {
		return err
	}
	calls.Legend = plot.NewLegend() // one is enough
	canvas := vgsvg.New(24*vg.Centimeter, 8*vg.Centimeter)
	all := draw.New(canvas)
	all.SetColor(color.White)
	all.Fill(all.Rectangle.Path())
	all = draw.Crop(all, margin, -margin, margin, -margin)
	split := all.Min.X + (all.Max.X-all.Min.X)*0.6
	calls.Draw(draw.Crop(all, 0, split-all.Max.X, 0, 0))
	seconds.Draw(draw.Crop(all, split-all.Min.X, 0, 0, 0))
	file, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = canvas.WriteTo(file)
	return errors.Join(err, file.Close())
}

// plan returns the row of a scenario's plan.
func plan(rows []row, scenario string) (row, error) {
	for _, r := range rows {
		if r.Name == scenario && r.Step == "plan" {
			return r, nil
		}
	}
	return row{}, fmt.Errorf("there is no plan of the scenario %q", scenario)
}

// Colours that can be told apart without colour vision.
var (
	colourSingle = color.RGBA{R: 0xb0, G: 0xb7, B: 0xc3, A: 0xff}
	colourShared = color.RGBA{R: 0x1f, G: 0x6f, B: 0xeb, A: 0xff}
)

const (
	margin = 0.3 * vg.Centimeter
	width  = 0.6 * vg.Centimeter // of a bar
)

// bars returns a chart with two bars for each name, and the value at the end of each bar.
func bars(title string, names []string, single, shared plotter.Values) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.Title.Padding = title, margin
	p.Title.TextStyle.Font.Size = vg.Points(13)
	p.HideX()
	p.Y.Width = 0
	p.Y.Tick.Label.Font.Size = vg.Points(11)
	p.Legend.TextStyle.Font.Size = vg.Points(11)
	p.Legend.Padding = vg.Points(4)
	p.NominalY(names...)
	var longest float64
	for _, of := range []struct {
		label  string
		values plotter.Values
		colour color.Color
		offset vg.Length
	}{{"each object alone", single, colourSingle, width / 2}, {"this provider", shared, colourShared, -width / 2}} {
		chart, err := plotter.NewBarChart(of.values, width)
		if err != nil {
			return nil, err
		}
		chart.Horizontal, chart.Color, chart.LineStyle.Width, chart.Offset = true, of.colour, 0, of.offset
		var ends plotter.XYLabels
		for j, value := range of.values {
			longest = max(longest, value)
			ends.XYs = append(ends.XYs, plotter.XY{X: value, Y: float64(j)})
			ends.Labels = append(ends.Labels, strconv.FormatFloat(value, 'f', 0, 64))
		}
		texts, err := plotter.NewLabels(ends)
		if err != nil {
			return nil, err
		}
		texts.Offset = vg.Point{X: 0.15 * vg.Centimeter, Y: of.offset - 0.13*vg.Centimeter}
		for j := range texts.TextStyle {
			texts.TextStyle[j].Font.Size = vg.Points(11)
		}
		p.Add(chart, texts)
		p.Legend.Add(of.label, chart)
	}
	p.X.Min, p.X.Max = 0, longest*1.15 // room for the numbers
	p.Y.Min, p.Y.Max = -0.5, float64(len(names))-0.5
	return p, nil
}
