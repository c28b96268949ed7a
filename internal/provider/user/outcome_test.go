package user_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// refusal answers a request as Quay refuses one.
func refusal(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message})
}

// loseAnswer lets the registry create a user at the next POST, and loses the response.
func loseAnswer(t *testing.T, registry *acctest.Registry, username string, then func()) {
	t.Helper()
	simulator := registry.Simulator(t)
	simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		simulator.Intercept(nil)
		registry.Must(t, http.MethodPost, "/superuser/users/", map[string]string{"username": username, "email": username + "@example.com"})
		then()
		panic(http.ErrAbortHandler)
	})
}

// Quay deletes only enabled users, so the provider enables a disabled user first. If the
// deletion fails, the provider disables the user again, or the error says that it could not.
func TestUser_disabledAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cancel  bool // Terraform is told to stop during the DELETE
		refuse  int  // how many of the changes after it are refused
		enabled bool
		words   string
	}{
		"refused":                  {words: "500 Internal Server Error"},
		"cancelled":                {cancel: true, words: "cancelled"},
		"neither can be confirmed": {refuse: 2, enabled: true, words: "may log in"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			simulator := registry.Simulator(t)
			username := registry.User(t)
			p := registry.Serve(t, nil)
			state, diags := p.ImportByID("quay_user", username)
			acctest.NoErrors(t, diags)
			config := acctest.Attributes{"username": username, "email": username + "@example.com", "enabled": false}
			state, diags = p.Apply(t.Context(), "quay_user", p.Plan("quay_user", state, config))
			acctest.NoErrors(t, diags)

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			deleting := false
			simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
				switch {
				case r.Method == http.MethodDelete:
					deleting = true
					if test.cancel {
						cancel()
						_, _ = io.Copy(io.Discard, r.Body)
						<-r.Context().Done()
						panic(http.ErrAbortHandler)
					}
					w.WriteHeader(http.StatusInternalServerError)
					return true
				case r.Method == http.MethodPut && deleting && test.refuse > 0:
					test.refuse--
					w.WriteHeader(http.StatusBadGateway)
					return true
				}
				return false
			})
			after, diags := p.Apply(ctx, "quay_user", p.Plan("quay_user", state, nil))
			simulator.Intercept(nil)
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, test.words) {
				t.Errorf("diagnostics: %v", diags)
			}
			if !after.Value.Equal(state.Value) {
				t.Errorf("the state became %s", after.Value)
			}
			if enabled := view(t, registry, username)["enabled"]; enabled != test.enabled {
				t.Errorf("the user is enabled: %v", enabled)
			}
		})
	}
}

// Quay reports the deletion of a disabled user, and keeps the user. If somebody disables a
// user after the refresh, the provider still deletes the user, or the user stays disabled.
func TestAccUser_disabledMeanwhile(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	p := registry.Serve(t, nil)
	destroy := func() (username string, state, after acctest.State, diags []*tfprotov6.Diagnostic) {
		username = acctest.Name("tfuser")
		registry.CleanUpUser(t, username)
		state = p.Create("quay_user", acctest.Attributes{"username": username, "email": username + "@example.com"})
		plan := p.Plan("quay_user", state, nil)
		registry.Must(t, http.MethodPut, "/superuser/users/"+username, map[string]bool{"enabled": false})
		after, diags = p.Apply(t.Context(), "quay_user", plan)
		return username, state, after, diags
	}
	username, _, after, diags := destroy()
	if len(diags) > 0 || !after.Value.IsNull() {
		t.Errorf("destroyed to %s, %v", after.Value, diags)
	}
	registry.NotFound(t, "/superuser/users/"+username)

	deletions := 0
	registry.Simulator(t).Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodDelete {
			return false
		}
		if deletions++; deletions == 2 { // of the user who was enabled for it
			w.WriteHeader(http.StatusInternalServerError)
		}
		return deletions == 2
	})
	username, state, after, diags := destroy()
	registry.Simulator(t).Intercept(nil)
	if len(diags) != 1 || !after.Value.Equal(state.Value) || deletions != 2 {
		t.Errorf("after %d calls, destroyed to %s, %v", deletions, after.Value, diags)
	}
	if enabled := view(t, registry, username)["enabled"]; enabled != false {
		t.Errorf("the user is enabled: %v", enabled)
	}
}

// If Quay refuses the settings of a new user, no later apply could set them either. The
// provider deletes the user again. After any other failure, the user stays.
func TestUser_settingsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status  int
		message string
		stays   bool
		words   string
	}{
		"refused as invalid": {400, "Invalid password, password must be at least 8 characters and contain no whitespace.", false, "deleted the user again"},
		"denied":             {403, "no", true, "terraform untaint"},
		"a fault":            {500, "", true, "terraform untaint"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t).NeedsDatabase(t)
			simulator := registry.Simulator(t)
			username := acctest.Name("tfuser")
			simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method == http.MethodPut {
					refusal(w, test.status, test.message)
					return true
				}
				return false
			})
			p := registry.Serve(t, nil)
			config := acctest.Attributes{"username": username, "email": username + "@example.com", "password_wo": "long-enough", "password_wo_version": 1}
			state, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", p.Absent("quay_user"), config))
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, test.words) {
				t.Errorf("diagnostics: %v", diags)
			}
			if state.Value.IsNull() == test.stays {
				t.Errorf("the state is %s", state.Value)
			}
			simulator.Intercept(nil)
			if status, _ := registry.Call(t, http.MethodGet, "/superuser/users/"+username, nil); (status == http.StatusOK) != test.stays {
				t.Errorf("the user is read with %d", status)
			}
			if test.stays {
				return
			}
			// The name is free for the next apply.
			config["password_wo"] = "another-one"
			_, diags = p.Apply(t.Context(), "quay_user", p.Plan("quay_user", p.Absent("quay_user"), config))
			acctest.NoErrors(t, diags)
		})
	}
}

// If Quay refuses the settings of a user that somebody else may have created, the provider
// does not delete the user. This also holds after a lost response.
func TestUser_recoveredIsNotDeleted(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	simulator := registry.Simulator(t)
	username := acctest.Name("tfuser")
	loseAnswer(t, registry, username, func() {
		simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPut {
				refusal(w, 400, "Invalid password, it is too simple")
				return true
			}
			return false
		})
	})
	p := registry.Serve(t, nil)
	state, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", p.Absent("quay_user"), acctest.Attributes{
		"username": username, "email": username + "@example.com", "password_wo": "long-enough", "password_wo_version": 1,
	}))
	if len(diags) != 1 || state.Value.IsNull() {
		t.Errorf("the state is %s, the diagnostics are %v", state.Value, diags)
	}
	simulator.Intercept(nil)
	registry.Must(t, http.MethodGet, "/superuser/users/"+username, nil)
}

// A password version needs a password. Only the apply may show that it is missing.
func TestUser_versionWithoutPassword(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	username := acctest.Name("tfuser")
	registry.CleanUpUser(t, username)
	p := registry.Serve(t, nil)
	with := func(password, version any) acctest.Attributes {
		return acctest.Attributes{"username": username, "email": username + "@example.com", "password_wo": password, "password_wo_version": version}
	}
	state, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", p.Absent("quay_user"), with(nil, 1)))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "the value of password_wo is null") || !state.Value.IsNull() {
		t.Errorf("created: %s, %v", state.Value, diags)
	}
	if status, _ := registry.Call(t, http.MethodGet, "/superuser/users/"+username, nil); status != http.StatusNotFound {
		t.Errorf("the user is read with %d", status)
	}
	state = p.Create("quay_user", acctest.Attributes{"username": username, "email": username + "@example.com"})
	generated, _ := state.Text(t, "initial_password")

	plan := p.Plan("quay_user", state, with(acctest.Unknown, 1))
	if len(plan.Diagnostics) != 1 || plan.Diagnostics[0].Summary != "The user's password will be replaced" {
		t.Errorf("planned with %v", plan.Diagnostics)
	}
	after, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", state, with(nil, 1)))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "the value of password_wo is null") {
		t.Errorf("updated: %v", diags)
	}
	if kept, _ := after.Text(t, "initial_password"); kept != generated {
		t.Errorf("the generated password became %q", kept)
	}
	after, diags = p.Apply(t.Context(), "quay_user", p.Plan("quay_user", state, with("long-enough", 1)))
	acctest.NoErrors(t, diags)
	if again := p.Plan("quay_user", after, with("long-enough", 2)); len(again.Diagnostics) > 0 {
		t.Errorf("the second password is planned with %v", again.Diagnostics)
	}
}

// The provider recognizes a taken e-mail address on every version, although the words differ.
func TestUser_emailInUse(t *testing.T) {
	t.Parallel()
	for _, words := range []string{
		"duplicate key value violates unique constraint \"user_email\"\nDETAIL:  Key (email)=(a@example.com) already exists.\n",
		"Email has already been used: a@example.com",
		"E-mail address already used",
	} {
		registry := acctest.Start(t).NeedsDatabase(t)
		registry.Simulator(t).Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost {
				refusal(w, 400, words)
				return true
			}
			return false
		})
		p := registry.Serve(t, nil)
		_, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", p.Absent("quay_user"), acctest.Attributes{"username": "alice", "email": "a@example.com"}))
		if len(diags) != 1 {
			t.Fatalf("%q: %v", words, diags)
		}
		if !strings.Contains(diags[0].Detail, "another user or organization has this e-mail address") || fmt.Sprint(diags[0].Attribute) != `AttributeName("email")` {
			t.Errorf("%q: %v", words, diags)
		}
		if detail := diags[0].Detail; strings.Contains(detail, "DETAIL") || strings.Contains(detail, "constraint") {
			t.Errorf("the detail shows what the database says: %s", detail)
		}
	}
}

// After a lost response, the provider finds the creation in the usage log, even in a busy
// registry. If a thousand entries do not tell, the outcome is unknown.
func TestUser_lostAnswerOnABusyRegistry(t *testing.T) {
	t.Parallel()
	for entries, found := range map[int]bool{25: true, 250: true, 1200: false} {
		t.Run(fmt.Sprint(entries, " newer entries"), func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t).NeedsDatabase(t)
			simulator := registry.Simulator(t)
			username := acctest.Name("tfuser")
			loseAnswer(t, registry, username, func() { simulator.AddLogEntries(entries) })
			p := registry.Serve(t, nil)
			config := acctest.Attributes{"username": username, "email": username + "@example.com"}
			state, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", p.Absent("quay_user"), config))
			if found {
				acctest.NoErrors(t, diags)
				if password, _ := state.Text(t, "initial_password"); len(password) < 8 {
					t.Errorf("the password is %q", password)
				}
				return
			}
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, "It is not known whether Quay has created the user") || !state.Value.IsNull() {
				t.Errorf("the state is %s, the diagnostics are %v", state.Value, diags)
			}
		})
	}
}

// A registry that sends mail creates users before it finds out that its mail server
// is down, and creates none without an e-mail address.
func TestUser_mail(t *testing.T) {
	t.Parallel()
	for _, version := range quaytest.Versions() {
		registry := acctest.Start(t, quaytest.WithVersion(version), quaytest.WithMailing(quaytest.MailServerDown)).NeedsDatabase(t)
		username := acctest.Name("tfuser")
		p := registry.Serve(t, nil)
		config := acctest.Attributes{"username": username, "email": username + "@example.com"}
		state := p.Create("quay_user", config)
		if password, _ := state.Text(t, "initial_password"); len(password) < 8 {
			t.Errorf("%s: the password is %q", version, password)
		}
		if plan := p.Plan("quay_user", state, config); !plan.IsEmpty() {
			t.Errorf("%s: planned %s", version, plan.Value)
		}
		before := registry.Simulator(t).Objects()["users"]
		_, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", p.Absent("quay_user"), acctest.Attributes{"username": acctest.Name("tfuser")}))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "every user needs an e-mail address") || fmt.Sprint(diags[0].Attribute) != `AttributeName("email")` {
			t.Errorf("%s: without an address: %v", version, diags)
		}
		if after := registry.Simulator(t).Objects()["users"]; after != before {
			t.Errorf("%s: %d users instead of %d", version, after, before)
		}
	}
}
