// Command record makes the calls of an area to a real Quay registry and writes
// the transcript that the tests of package quaytest replay. The calls are those
// of the area's script, or those of the area's newest transcript. Run it in the
// repository's root:
//
//	go run ./internal/quaytest/cmd/record -url URL -token TOKEN -area organizations -version 3.18.0
//
// The registry should be new, because lists show all of its objects. The transcript has
// placeholders instead of the secrets in the responses.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/transcript"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

// options are the command's flags.
type options struct {
	url, token, area, version, out, directory string
	tokens                                    map[string]string // by caller
}

func parse(args []string, stderr io.Writer) (options, error) {
	o := options{tokens: map[string]string{}}
	flags := flag.NewFlagSet("record", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.url, "url", "", "the registry's `URL`; the default is QUAY_URL")
	flags.StringVar(&o.token, "token", "", "an access `token` of the superuser with all scopes; the default is QUAY_TOKEN")
	flags.StringVar(&o.area, "area", "", "the `name` of the area")
	flags.StringVar(&o.version, "version", "", "the registry's `version`, a directory of the transcripts")
	flags.StringVar(&o.out, "out", "", "the `file` to write; the default is the version's transcript, or standard output without -version")
	flags.StringVar(&o.directory, "transcripts", "internal/quaytest/testdata/transcripts", "the `directory` of the transcripts")
	flags.Func("caller-token", "an access token of another caller, as `CALLER=TOKEN`, such as \"user plain=TOKEN\"; can be repeated",
		func(text string) error {
			i := strings.LastIndex(text, "=")
			if i < 0 {
				return errors.New("no = in it")
			}
			caller, err := transcript.ParseCaller(text[:i])
			if err != nil {
				return err
			}
			o.tokens[caller.String()] = text[i+1:]
			return nil
		})
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	// As defaults of the flags, they would appear in the usage.
	o.url, o.token = cmp.Or(o.url, os.Getenv("QUAY_URL")), cmp.Or(o.token, os.Getenv("QUAY_TOKEN"))
	switch {
	case o.url == "" || o.token == "" || o.area == "":
		return o, errors.New("-url, -token and -area are needed")
	case o.version != "":
		if _, err := quaytest.ParseVersion(o.version); err != nil {
			return o, err
		}
		if o.out == "" {
			o.out = filepath.Join(o.directory, o.version, o.area+".json")
		}
	}
	o.url = strings.TrimRight(o.url, "/")
	return o, nil
}

// run records an area.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	var versions []string
	for _, v := range quaytest.Versions() {
		versions = append(versions, v.String())
	}
	library, err := transcript.Open(os.DirFS(o.directory), versions)
	if err != nil {
		return err
	}
	script := library.Script(o.area)
	recorder := transcript.Recorder{
		Player: &transcript.Player{URL: o.url, Token: o.tokenOf, Comparer: transcript.NewComparer(&transcript.Script{Shapes: script.Shapes})},
		Area:   o.area,
		Script: script,
		Tokens: []string{o.token},
		Warn:   func(text string) { fmt.Fprintln(stderr, "record:", text) },
	}
	for _, token := range o.tokens {
		recorder.Tokens = append(recorder.Tokens, token)
	}
	if newest, ok := library.Newest(o.area); ok {
		recorder.Like = library.Transcript(newest)
	}
	recorded, err := recorder.Record(ctx)
	if err != nil {
		return err
	}
	if o.out == "" {
		return recorded.Write(stdout)
	}
	file, err := os.Create(o.out)
	if err != nil {
		return err
	}
	if err := recorded.Write(file); err != nil {
		return errors.Join(err, file.Close())
	}
	fmt.Fprintf(stdout, "recorded %d calls in %s\n", len(recorded.Calls), o.out)
	return file.Close()
}

// tokenOf returns the token of a caller.
func (o options) tokenOf(caller transcript.Caller) (string, error) {
	if token := o.tokens[caller.String()]; token != "" {
		return token, nil
	}
	if caller.Name == transcript.Superuser && len(caller.Scopes) == 0 {
		return o.token, nil
	}
	return "", fmt.Errorf("%s: %w; give it with -caller-token", caller, transcript.ErrNoToken)
}
