package application_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// clock is a clock that tests move.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

func (c *clock) move(d time.Duration) { c.offset.Add(int64(d)) }

// stored is the token in the secret store.
type stored struct {
	Token string
	UUID  *string
}

// rotating is a registry whose application has rotated tokens.
type rotating struct {
	t        *testing.T
	registry *acctest.Registry
	clock    *clock
	config   acctest.Attributes // of the application
}

func newRotating(t *testing.T) *rotating {
	t.Helper()
	r := &rotating{t: t, clock: &clock{}}
	r.registry = acctest.Start(t, quaytest.WithClock(r.clock.now))
	simulator := r.registry.Simulator(t)
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	simulator.AddApplication("acme", exampleClientID, "terraform")
	r.config = acctest.Attributes{"organization": "acme", "client_id": exampleClientID}
	needTokens(t, r.registry, r.config)
	return r
}

// names returns the names of the tokens, the newest first.
func (r *rotating) names() string {
	r.t.Helper()
	var names []string
	for _, token := range tokensOf(r.t, r.registry, r.config) {
		names = append(names, token["name"].(string))
	}
	return strings.Join(names, ", ")
}

// nameOf returns the name of the token with a UUID.
func (r *rotating) nameOf(uuid string) string {
	r.t.Helper()
	for _, token := range tokensOf(r.t, r.registry, r.config) {
		if token["uuid"] == uuid {
			return token["name"].(string)
		}
	}
	return ""
}

// works tells whether Quay accepts a token.
func (r *rotating) works(token string) bool {
	r.t.Helper()
	status, _ := acctest.At(r.registry.URL, token).Call(r.t, http.MethodGet, tokensPath(r.config), nil)
	return status == http.StatusOK
}

// open opens the token of a generation, with a provider that runs with a token.
func (r *rotating) open(own, generation string, in stored) (acctest.State, string) {
	r.t.Helper()
	p := acctest.At(r.registry.URL, own).Serve(r.t, acctest.Attributes{"max_retries": 0})
	opened, diags := p.Open(r.t.Context(), tokenType, r.openConfig(generation, in))
	if len(diags) > 0 {
		return acctest.State{}, diags[0].Summary + ": " + diags[0].Detail
	}
	acctest.NoErrors(r.t, p.Close(r.t.Context(), tokenType, opened))
	return opened, ""
}

func (r *rotating) openConfig(generation string, in stored) acctest.Attributes {
	text := tftypes.String
	optional := func(value string) tftypes.Value {
		if value == "" {
			return tftypes.NewValue(text, nil)
		}
		return tftypes.NewValue(text, value)
	}
	uuid := ""
	if in.UUID != nil {
		uuid = *in.UUID
	}
	rotation := tftypes.NewValue(
		tftypes.Object{AttributeTypes: map[string]tftypes.Type{"generation": text, "stored_uuid": text, "stored_token": text}},
		map[string]tftypes.Value{"generation": tftypes.NewValue(text, generation), "stored_uuid": optional(uuid), "stored_token": optional(in.Token)})
	config := maps.Clone(r.config)
	maps.Copy(config, acctest.Attributes{"name": "terraform", "scopes": []string{"org:admin", "repo:read"}, "valid_for": "2160h", "rotation": rotation})
	return config
}

// storedOf returns the content of a store after an open.
func (r *rotating) storedOf(opened acctest.State) stored {
	r.t.Helper()
	token, _ := opened.Text(r.t, "token")
	uuid, _ := opened.Text(r.t, "uuid")
	return stored{token, &uuid}
}

// mustOpen opens a token and returns the content of a store afterwards.
func (r *rotating) mustOpen(own, generation string, in stored) stored {
	r.t.Helper()
	opened, problem := r.open(own, generation, in)
	if problem != "" {
		r.t.Fatal(problem)
	}
	return r.storedOf(opened)
}

// The provider creates the token of a generation once, and later returns it from the store.
// The token outlives the run. A later run revokes the previous token when nobody uses it any
// more.
func TestRotation(t *testing.T) {
	t.Parallel()
	r := newRotating(t)
	simulator := r.registry.Simulator(t)
	first := r.mustOpen(r.registry.Token, "1", stored{Token: r.registry.Token})
	if names := r.names(); names != "terraform (1)" || !r.works(first.Token) {
		t.Fatalf("tokens: %s", names)
	}
	simulator.ResetCalls()
	if again := r.mustOpen(first.Token, "1", first); again.Token != first.Token || *again.UUID != *first.UUID {
		t.Error("the token of the store is not handed out again")
	}
	if len(simulator.Requests()) != 1 {
		t.Errorf("calls %v", simulator.Calls())
	}

	second := r.mustOpen(first.Token, "2", first)
	if names := r.names(); names != "terraform (2), terraform (1)" {
		t.Errorf("after the rotation: %s", names)
	}
	r.mustOpen(second.Token, "2", second)
	if names := r.names(); names != "terraform (2), terraform (1)" {
		t.Errorf("a token was revoked that was in use a moment ago: %s", names)
	}
	r.clock.move(2 * time.Hour)
	r.mustOpen(second.Token, "2", second)
	if names := r.names(); names != "terraform (2)" || r.works(first.Token) || !r.works(second.Token) {
		t.Errorf("in a later run: %s", names)
	}
}

// The next run revokes a token that is not in the store, also on a real Quay.
func TestRotation_notStored(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	r := &rotating{t: t, registry: registry, config: tokenOwner(t, registry)}
	first := r.mustOpen(registry.Token, "1", stored{Token: registry.Token})
	lost := r.mustOpen(first.Token, "2", first)
	second := r.mustOpen(first.Token, "2", first)
	if names := r.names(); names != "terraform (2), terraform (1)" || *lost.UUID == *second.UUID || !r.works(first.Token) || !r.works(second.Token) {
		t.Errorf("tokens: %s", names)
	}
	if kept := r.mustOpen(second.Token, "2", second); kept.Token != second.Token {
		t.Error("the token of the store is not handed out again")
	}
}

// The provider revokes tokens only if it runs with the token of the store. It never revokes
// its own token, and revokes only tokens of generations.
func TestRotation_keepsOthers(t *testing.T) {
	t.Parallel()
	r := newRotating(t)
	for _, name := range []string{"terraform", "terraform (a) (b)", "terraform (a", "other (1)"} {
		r.registry.Must(t, http.MethodPost, tokensPath(r.config), map[string]any{"name": name, "scope": "repo:read"})
	}
	first := r.mustOpen(r.registry.Token, "1", stored{})
	second := r.mustOpen(first.Token, "2", first)
	const all = "terraform (2), terraform (1), other (1), terraform (a, terraform (a) (b), terraform"
	r.clock.move(2 * time.Hour)
	if !r.works(second.Token) {
		t.Fatal("the token of the store does not work")
	}

	r.mustOpen(r.registry.Token, "2", second) // with another token than that of the store
	if names := r.names(); names != all {
		t.Errorf("the provider runs with another token: %s", names)
	}
	r.open(second.Token, "2", stored{second.Token, first.UUID}) // which do not belong together
	if !r.works(second.Token) {
		t.Error("the provider's own token was revoked")
	}
	r.open(second.Token, "2", stored{second.Token, nil})
	if !r.works(second.Token) {
		t.Error("the provider's own token was revoked")
	}
	if names := r.names(); names != all {
		t.Errorf("the store does not tell which token it holds: %s", names)
	}
}

// A configuration without the stored token does not create a token in each run. After a failed
// first apply, the next run revokes the unknown token.
func TestRotation_firstRuns(t *testing.T) {
	t.Parallel()
	r := newRotating(t)
	r.mustOpen(r.registry.Token, "1", stored{})
	if _, problem := r.open(r.registry.Token, "1", stored{}); !strings.Contains(problem, "has a token of this generation that is not the one with stored_uuid") {
		t.Errorf("the second run: %s", problem)
	}
	seed := stored{Token: r.registry.Token}
	first := r.mustOpen(r.registry.Token, "1", seed)
	if names := r.names(); names != "terraform (1)" || !r.works(first.Token) {
		t.Errorf("tokens: %s", names)
	}
}

// After any fault in an open, the token of the store works, and the next open makes progress.
// It leaves only the store's new token and the previous one.
func TestRotation_faults(t *testing.T) {
	t.Parallel()
	faults := map[string]func(simulator *quaytest.Server, w http.ResponseWriter, r *http.Request){
		"lost answer": func(simulator *quaytest.Server, _ http.ResponseWriter, r *http.Request) {
			simulator.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		},
		"lost request": func(*quaytest.Server, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"500": func(_ *quaytest.Server, w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		},
	}
	for name, fault := range faults {
		for call := range 6 {
			t.Run(fmt.Sprintf("%s in call %d", name, call), func(t *testing.T) {
				t.Parallel()
				r := newRotating(t)
				simulator := r.registry.Simulator(t)
				before := r.mustOpen(r.registry.Token, "0", stored{})
				first := r.mustOpen(before.Token, "1", before)
				r.clock.move(2 * time.Hour)
				var calls atomic.Int64
				simulator.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
					if calls.Add(1) != int64(call+1) {
						return false
					}
					simulator.Intercept(nil)
					fault(simulator, w, req)
					return true
				})
				_, problem := r.open(first.Token, "2", first)
				simulator.Intercept(nil)
				if calls.Load() <= int64(call) && problem != "" {
					t.Fatalf("without a fault: %s", problem)
				}
				if !r.works(first.Token) {
					t.Fatal("the token of the store does not work")
				}
				second := r.mustOpen(first.Token, "2", first) // of a run whose store has not got the token
				if !r.works(second.Token) || !r.works(first.Token) || r.nameOf(*second.UUID) != "terraform (2)" {
					t.Error("a token does not work")
				}
				if names := r.names(); names != "terraform (2), terraform (1)" {
					t.Errorf("tokens: %s", names)
				}
			})
		}
	}
}

func TestRotation_badInputs(t *testing.T) {
	t.Parallel()
	r := newRotating(t)
	if _, problem := r.open(r.registry.Token, "a (b)", stored{}); !strings.Contains(problem, "rotation.generation must be 1 to 100 characters without parentheses.") {
		t.Errorf("generation with parentheses: %s", problem)
	}
	config := r.openConfig("1", stored{})
	config["name"] = strings.Repeat("x", 253)
	_, diags := r.registry.Serve(t, nil).Open(t.Context(), tokenType, config)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "The name and the generation together are too long.") {
		t.Errorf("long name: %v", diags)
	}
	config = r.openConfig("1", stored{})
	config["valid_for"] = nil
	_, diags = r.registry.Serve(t, nil).Open(t.Context(), tokenType, config)
	if len(diags) == 0 || !strings.Contains(diags[0].Detail, "valid_for") {
		t.Errorf("without valid_for: %v", diags)
	}
}
