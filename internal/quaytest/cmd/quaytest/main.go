// Command quaytest runs a Quay registry in memory on the loopback interface,
// for demonstrations and benchmarks. It prints its URL and a token of its
// superuser as two lines that a shell can evaluate,
//
//	QUAY_URL=http://127.0.0.1:34567
//	QUAY_TOKEN=…
//
// and runs until it is interrupted. With -version, it imitates a version of Quay other than
// the newest release. With -empty, the database has neither a user nor a token. The command
// also serves three calls of its own. GET /_quaytest/calls returns the number of requests by
// method and route. POST /_quaytest/reset resets these numbers. GET /_quaytest/objects returns
// the number of objects by kind.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "quaytest:", err)
		os.Exit(1)
	}
}

// run serves a new registry until the context ends.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("quaytest", flag.ContinueOnError)
	addr := flags.String("addr", "127.0.0.1:0", "the address to listen on")
	version := quaytest.Quay3_18
	flags.Func("version", "the `version` of Quay to imitate (default "+version.String()+")", func(name string) error {
		var err error
		version, err = quaytest.ParseVersion(name)
		return err
	})
	empty := flags.Bool("empty", false, "start with an empty database, without a user and a token")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	options := []quaytest.Option{quaytest.WithVersion(version)}
	if *empty {
		options = append(options, quaytest.WithEmptyDatabase())
	}
	registry := quaytest.New(options...)
	registry.URL = "http://" + listener.Addr().String()
	server := &http.Server{Handler: handler(registry), ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	if _, err := fmt.Fprintf(out, "QUAY_URL=%s\nQUAY_TOKEN=%s\n", registry.URL, registry.Token); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		// Running calls may finish.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			return server.Close()
		}
		return nil
	}
}

// handler adds the command's own calls to a registry.
func handler(registry *quaytest.Server) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_quaytest/calls", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, registry.Calls())
	})
	mux.HandleFunc("GET /_quaytest/objects", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, registry.Objects())
	})
	mux.HandleFunc("POST /_quaytest/reset", func(w http.ResponseWriter, _ *http.Request) {
		registry.ResetCalls()
		w.WriteHeader(http.StatusNoContent)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The mux cleans paths, but the registry needs the original paths.
		if _, own := mux.Handler(r); own != "" {
			mux.ServeHTTP(w, r)
			return
		}
		registry.ServeHTTP(w, r)
	})
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // fails if the client closed the connection
}
