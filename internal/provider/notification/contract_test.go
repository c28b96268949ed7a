package notification_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/notification"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	repositories, organizations, users := resourceCase(ofRepositories), resourceCase(ofOrganizations), resourceCase(ofUser)
	repositories.InvalidIDs = map[string]string{
		"acme/app": "Write it as namespace/name:uuid", "acme/app:7": "uuid must be a UUID", "app:" + someUUID: "repository must be namespace/name",
	}
	repositories.Variants = append(repositories.Variants,
		acctest.Attributes{
			"event": "vulnerability_found", "vulnerability_level": "High", "webhook": webhook(address, `{"text": "${vulnerability.id}"}`),
		},
	)
	repositoryInputs(&repositories)
	organizations.InvalidIDs = map[string]string{
		"acme": "Write it as organization:uuid", "acme:7": "uuid must be a UUID", "Acme:" + someUUID: "organization must be 1 to 255",
	}
	users.InvalidIDs = map[string]string{"7": "uuid must be a UUID", "admin:" + someUUID: "uuid must be a UUID"}
	acctest.Contract(t, notification.Area(), repositories, organizations, users,
		dataSourceCase(ofRepositories), dataSourceCase(ofOrganizations), dataSourceCase(ofUser),
		actionCase("quay_test_notification"), actionCase("quay_reset_notification"))
}

// resourceCase returns the case of a resource and its list.
func resourceCase(k kind) acctest.Case {
	another := k.target("user", "admin")
	c := acctest.Case{
		Type:     k.typeName(),
		Identity: []string{"uuid"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			return k.config(k.newOwner(t, registry))
		},
		Variants:   []acctest.Attributes{{}, {"method": "quay_notification", "webhook": nil, "quay_notification": another}},
		Unique:     true,
		FaultCases: 140,
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			return map[string]float64{"notifications": float64(len(k.titled(t, registry, config, config["title"])))}
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			config := acctest.Attributes{}
			for name, value := range identity {
				config[name] = value
			}
			registry.Call(t, http.MethodDelete, k.one(config, identity["uuid"]), nil)
		},
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{
				{
					Attribute: "uuid", Error: "must be a UUID.",
					Refused:  []string{"7", "0d4ff0b11c8a4d9b8d3e8f0e0a6f6c11", "0D4FF0B1-1C8A-4D9B-8D3E-8F0E0A6F6C11"},
					Accepted: []string{someUUID},
				},
				{
					Attribute: "title", Error: "must be 1 to 255 characters.",
					Refused: []string{"", strings.Repeat("ü", 256), "a\x00b"}, Accepted: []string{"t", " ", strings.Repeat("ü", 255)},
				},
				{Attribute: "event", Error: `must be one of "`, Refused: []string{"", "push", "Repo_Push"}, Accepted: []string{"quota_warning", "quota_error"}},
				{
					Attribute: "method", Error: `must be one of "webhook", "email", "slack", "quay_notification", "hipchat", "flowdock".`,
					Refused: []string{"", "msteams", "Webhook"}, Accepted: []string{"webhook", "email", "slack", "quay_notification", "hipchat", "flowdock"},
				},
			},
			Invalid: []acctest.Invalid{
				{Config: acctest.Attributes{"webhook": nil}, Attribute: "webhook", Error: "webhook must be given where method is webhook."},
				{
					Config:    acctest.Attributes{"slack": map[string]string{"url": "https://hooks.slack.com/x"}},
					Attribute: "slack", Error: "slack must be left out unless method is slack.",
				},
				{Config: acctest.Attributes{"method": "slack", "webhook": nil}, Attribute: "slack", Error: "slack must be given where method is slack."},
				{Config: acctest.Attributes{"method": "hipchat", "webhook": nil}, Attribute: "hipchat", Error: "hipchat must be given where method is hipchat."},
				{Config: acctest.Attributes{"method": "flowdock", "webhook": nil}, Attribute: "flowdock", Error: "flowdock must be given where method is flowdock."},
				{
					Config:    acctest.Attributes{"method": "quay_notification", "webhook": nil},
					Attribute: "quay_notification", Error: "quay_notification must be given where method is quay_notification.",
				},
				{
					Config:    acctest.Attributes{"method": "slack", "webhook": nil, "slack": map[string]string{"url": "hooks.slack.com/x"}},
					Attribute: "slack", Error: "slack.url must be a URL with a host that begins with http:// or https://.",
				},
			},
		},
		Example: k.needs,
		List:    &acctest.List{Example: k.example},
	}
	for _, url := range []string{"", "nope", "ftp://hooks.example.com/x", "https://", "https:///x", "hooks.example.com", "https://a b/x", "https://x/%zz"} {
		c.Inputs.Invalid = append(c.Inputs.Invalid, acctest.Invalid{
			Config: acctest.Attributes{"webhook": webhook(url, nil)}, Attribute: "webhook",
			Error: "webhook.url must be a URL with a host that begins with http:// or https://.",
		})
	}
	for _, url := range []string{"https://localhost/x", "HTTPS://LocalHost:80", "http://127.0.0.1"} {
		c.Inputs.Invalid = append(c.Inputs.Invalid, acctest.Invalid{
			Config: acctest.Attributes{"webhook": webhook(url, nil)}, Attribute: "webhook", Error: "webhook.url must not have the host localhost or 127.0.0.1",
		})
	}
	for template, words := range map[string]string{
		"": "webhook.template must be JSON.", `{"text": `: "webhook.template must be JSON.",
		`{"text": "${}"}`: "webhook.template must not have an empty expression ${}.",
	} {
		c.Inputs.Invalid = append(c.Inputs.Invalid, acctest.Invalid{
			Config: acctest.Attributes{"webhook": webhook(address, template)}, Attribute: "webhook", Error: words,
		})
	}
	if k.attribute == "" {
		return c
	}
	c.Identity = []string{k.attribute, "uuid"}
	c.Inputs.Rules = append(c.Inputs.Rules, k.rule)
	c.List.Finds = map[string]string{k.attribute: k.attribute}
	c.List.Inputs.Rules = []acctest.Rule{k.rule}
	for _, target := range []map[string]any{{"user": nil, "team": nil, "organization": nil}, {"user": "a", "team": "b", "organization": nil}} {
		c.Inputs.Invalid = append(c.Inputs.Invalid, acctest.Invalid{
			Config:    acctest.Attributes{"method": "quay_notification", "webhook": nil, "quay_notification": texts(target)},
			Attribute: "quay_notification", Error: "quay_notification must have exactly one of user, team, organization.",
		})
	}
	c.Inputs.Invalid = append(c.Inputs.Invalid,
		acctest.Invalid{
			Config:    acctest.Attributes{"method": "quay_notification", "webhook": nil, "quay_notification": k.target("organization", "other")},
			Attribute: "quay_notification", Error: "Quay notifies no other organization.",
		},
		acctest.Invalid{
			Config:    acctest.Attributes{"method": "quay_notification", "webhook": nil, "quay_notification": k.target("user", "Nobody")},
			Attribute: "quay_notification", Error: "quay_notification.user must be 1 to 255 lower-case letters",
		},
	)
	return c
}

// repositoryInputs adds what only notifications of repositories refuse and accept.
func repositoryInputs(c *acctest.Case) {
	c.List.Inputs = acctest.RepositoryFilterInputs()
	c.Inputs.Rules = append(c.Inputs.Rules,
		acctest.Rule{
			Attribute: "vulnerability_level", Error: `must be one of "Critical", "High", "Medium", "Low", "Negligible", "Unknown".`,
			Refused: []string{"", "high", "3"}, Accepted: []string{"Critical", "Unknown"},
		},
		acctest.Rule{Attribute: "build_ref_regex", Error: "must not be empty.", Refused: []string{""}, Accepted: []string{"refs/heads/main", "["}},
	)
	c.Inputs.Invalid = append(c.Inputs.Invalid,
		acctest.Invalid{
			Config: acctest.Attributes{"method": "email", "webhook": nil}, Attribute: "email", Error: "email must be given where method is email.",
		},
		acctest.Invalid{
			Config:    acctest.Attributes{"method": "email", "webhook": nil, "email": map[string]string{"address": ""}},
			Attribute: "email", Error: "email.address must not be empty",
		},
		acctest.Invalid{
			Config:    acctest.Attributes{"vulnerability_level": "High"},
			Attribute: "vulnerability_level", Error: "vulnerability_level must be left out unless event is vulnerability_found.",
		},
		acctest.Invalid{
			Config:    acctest.Attributes{"build_ref_regex": "x"},
			Attribute: "build_ref_regex", Error: "build_ref_regex must be left out unless event is one of build_queued, build_start,",
		},
		acctest.Invalid{
			Config:    acctest.Attributes{"image_expiry_days": 7},
			Attribute: "image_expiry_days", Error: "image_expiry_days must be left out unless event is repo_image_expiry.",
		},
		acctest.Invalid{
			Config:    acctest.Attributes{"event": "repo_image_expiry"},
			Attribute: "image_expiry_days", Error: "image_expiry_days must be given where event is repo_image_expiry.",
		},
		acctest.Invalid{
			Config:    acctest.Attributes{"event": "repo_image_expiry", "image_expiry_days": 0},
			Attribute: "image_expiry_days", Error: "image_expiry_days must be between 1 and 36500.",
		},
	)
}

// dataSourceCase returns the case of the data source for all notifications of an owner.
func dataSourceCase(k kind) acctest.Case {
	c := acctest.Case{Type: "quay_" + k.name + "_notifications", DataSource: &acctest.DataSource{
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			config := k.newOwner(t, registry)
			k.add(t, registry, config, k.body(acctest.Name("tf")))
			return config
		},
		Example: k.example,
	}}
	if k.attribute != "" {
		c.DataSource.Inputs.Rules = []acctest.Rule{k.rule}
	}
	return c
}

// actionCase returns the case of an action.
func actionCase(name string) acctest.Case {
	return acctest.Case{Type: name, Action: &acctest.Action{
		Config: func(simulator *quaytest.Server) acctest.Attributes {
			simulator.AddOrganization("acme", "acme@example.com", "admin")
			simulator.AddRepository("acme", "app", "admin")
			return acctest.Attributes{"repository": "acme/app", "uuid": simulator.AddNotification("acme", "app", address)}
		},
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{
				{Attribute: "uuid", Error: "must be a UUID.", Refused: []string{"", "7"}, Accepted: []string{someUUID}},
				ofRepositories.rule, ofOrganizations.rule,
			},
			Invalid: []acctest.Invalid{{Config: acctest.Attributes{"organization": "acme"}, Error: "cannot be specified when"}},
		},
		Example: ofRepositories.example,
	}}
}
