package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// The demo's organization takes a token of a user who is no superuser, with the
// scopes that the guide "Least privilege" names.
func TestAccOwner(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.SuperusersFullAccess))
	simulator := registry.Simulator(t)
	for _, username := range []string{"owner", "alice", "bob"} {
		simulator.AddUser(username, username+"@example.com")
	}
	registry.Token = simulator.AddToken("owner", "org:admin", "repo:admin", "repo:create", "user:admin")
	c := newCommandLine(t, registry, "")
	demo, err := os.ReadFile(filepath.FromSlash("../../examples/demo/organization/main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	c.add("main.tf", string(demo))
	if acctest.Version(t) < quaytest.Quay3_12 { // which has no policies for organizations
		c.cli.Env = append(c.cli.Env, "TF_VAR_keep_tags=0")
	}
	c.cli.Env = append(c.cli.Env, "TF_VAR_name=acme", `TF_VAR_members={"alice"="admin","bob"="write"}`)
	c.run(true, "apply", "-auto-approve")
	c.run(true, "plan", "-detailed-exitcode")
	c.run(true, "apply", "-auto-approve", `-var=members={"alice"="admin"}`)
	c.run(true, "plan", "-detailed-exitcode", `-var=members={"alice"="admin"}`)
	c.run(true, "destroy", "-auto-approve")
	if left := simulator.Objects()["organizations"]; left != 0 {
		t.Errorf("%d organizations are left", left)
	}
}
