// Command terraform-provider-quay serves the Terraform provider for Project
// Quay and Red Hat Quay.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
)

// version is set when a release is built.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run as a server that a debugger can be attached to")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/terraform-provider-quay/quay",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
