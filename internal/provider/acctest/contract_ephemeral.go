package acctest

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// testEphemeral tries every fault in opening and in closing the ephemeral resource. An error
// must leave no unknown object behind. Opening must not return a secret that does not work.
func (c Case) testEphemeral(t *testing.T) {
	c.start(t).Simulator(t)
	registry := startFaulty(t, c)
	c.prepareEphemeral(t, registry.Registry)
	p := registry.Serve(t, nil)
	var opened State
	opening := registry.requests(func() { opened = c.open(t, p) })
	closing := registry.requests(func() { NoErrors(t, p.Close(t.Context(), c.Type, opened)) })
	if opening == 0 || (closing == 0) != c.Ephemeral.ReadsOnly {
		t.Errorf("opening makes %d requests, closing %d", opening, closing)
	}
	for _, fault := range faults() {
		for retries := range 2 {
			if retries > 0 && !fault.retried {
				continue
			}
			for request := range opening {
				t.Run(fmt.Sprintf("open/call %d/%s, %d retries", request, fault.name, retries), func(t *testing.T) {
					t.Parallel()
					c.testOpenFault(t, fault, request, retries)
				})
			}
			for request := range closing {
				t.Run(fmt.Sprintf("close/call %d/%s, %d retries", request, fault.name, retries), func(t *testing.T) {
					t.Parallel()
					c.testCloseFault(t, fault, request, retries)
				})
			}
		}
	}
}

// prepareEphemeral creates the objects that the ephemeral resource reads.
func (c Case) prepareEphemeral(t *testing.T, registry *Registry) {
	t.Helper()
	if c.Ephemeral.Prepare != nil {
		c.Ephemeral.Prepare(t, registry)
	}
}

// open opens the ephemeral resource, with its secrets.
func (c Case) open(t *testing.T, p *Provider) State {
	t.Helper()
	opened, diags := p.Open(t.Context(), c.Type, c.Ephemeral.Config)
	NoErrors(t, diags)
	c.checkOpened(t, opened)
	return opened
}

func (c Case) checkOpened(t *testing.T, opened State) {
	t.Helper()
	for _, secret := range c.Ephemeral.Secrets {
		if text, _ := opened.Text(t, secret); text == "" {
			t.Errorf("%s was lost", secret)
		}
	}
}

func (c Case) testOpenFault(t *testing.T, fault fault, request, retries int) {
	t.Helper()
	registry := startFaulty(t, c)
	c.prepareEphemeral(t, registry.Registry)
	p := registry.Serve(t, Attributes{"request_timeout": "2s", "max_retries": retries})
	var before any = registry.quay.Objects()
	checkNothingLeft := func() {
		t.Helper()
		if left := registry.quay.Objects(); !reflect.DeepEqual(before, any(left)) {
			t.Errorf("the registry held %+v, and holds %+v", before, left)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	registry.arm(fault, request, false, cancel)
	opened, diags := p.Open(ctx, c.Type, c.Ephemeral.Config)
	registry.checkHit(t)
	if len(diags) > 0 {
		if retries > 0 && fault.name == "429" { // Quay has not carried out the call
			t.Errorf("the fault passes, but nothing was opened: %v", shown(diags))
		}
		if !strings.HasPrefix(diags[0].Summary, "Unable to open Quay ") || len(diags[0].Detail) < 20 {
			t.Errorf("diagnostics: %v", shown(diags))
		}
		checkNothingLeft()
		return
	}
	c.checkOpened(t, opened)
	NoErrors(t, p.Close(t.Context(), c.Type, opened))
	checkNothingLeft()
}

func (c Case) testCloseFault(t *testing.T, fault fault, request, retries int) {
	t.Helper()
	registry := startFaulty(t, c)
	c.prepareEphemeral(t, registry.Registry)
	p := registry.Serve(t, Attributes{"request_timeout": "2s", "max_retries": retries})
	var before any = registry.quay.Objects()
	opened := c.open(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	registry.arm(fault, request, false, cancel)
	diags := p.Close(ctx, c.Type, opened)
	registry.checkHit(t)
	left := !reflect.DeepEqual(before, any(registry.quay.Objects()))
	switch {
	case len(diags) > 0 && (retries > 0 || fault.uncertain):
		t.Errorf("the fault passes, but the close failed: %v", shown(diags))
	case len(diags) == 0 && left:
		t.Error("something is left, and no error shows")
	case ctx.Err() != nil && left:
		t.Error("something is left because Terraform was told to stop")
	case len(diags) > 0:
		for _, name := range c.Ephemeral.CloseError {
			if text, _ := opened.Text(t, name); !strings.Contains(diags[0].Detail, text) {
				t.Errorf("the error does not show %s: %v", name, shown(diags))
			}
		}
	}
}
