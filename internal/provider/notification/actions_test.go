package notification_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// The actions test a notification of each kind, and reset its failed deliveries.
func TestActions(t *testing.T) {
	t.Parallel()
	for _, k := range kinds() {
		registry := acctest.Start(t)
		simulator := registry.Simulator(t)
		config := k.newOwner(t, registry)
		uuid := k.add(t, registry, config, k.body("test"))
		other := k.add(t, registry, config, k.body("other"))
		simulator.FailNotification(uuid, 3)
		simulator.FailNotification(other, 3)
		p := registry.Serve(t, nil)
		config["uuid"] = uuid
		shown := uuid
		if k.attribute != "" {
			shown = k.owner(config) + ":" + uuid
		}
		for action, words := range map[string]string{
			"quay_test_notification":  "Quay will send the notification " + shown + " with sample data.",
			"quay_reset_notification": "The notification " + shown + " has no failed deliveries any more.",
		} {
			progress, diags := p.Invoke(action, config)
			acctest.NoErrors(t, diags)
			if len(progress) != 1 || progress[0] != words {
				t.Errorf("%s: progress: %q", action, progress)
			}
			_, diags = p.Invoke(action, with(config, acctest.Attributes{"uuid": someUUID}))
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, "There is no notification ") {
				t.Errorf("%s: diagnostics: %v", action, diags)
			}
		}
		if n := simulator.NotificationTests(uuid); n != 1 {
			t.Errorf("%s: %d tests", k.name, n)
		}
		for _, notification := range k.notifications(t, registry, config) {
			want := 3.0
			if notification["uuid"] == uuid {
				want = 0
			}
			if notification["number_of_failures"] != want {
				t.Errorf("%s: %v", k.name, notification)
			}
		}
	}
}
