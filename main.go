// Command terraform-provider-quay serves the Terraform provider for Project
// Quay and Red Hat Quay.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
)

// version is set by a release build (.goreleaser.yml). Quay's access log shows it.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run as a server that a debugger can be attached to")
	show := flag.Bool("version", false, "print the version and end")
	flag.Parse()
	if *show {
		fmt.Fprintln(os.Stdout, "terraform-provider-quay", version)
		return
	}
	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	} else if err := provider.LimitLogs(); err != nil {
		log.Fatal(err)
	}
	if err := tf6server.Serve("registry.terraform.io/terraform-provider-quay/quay", provider.NewServer(version), options...); err != nil {
		log.Fatal(err)
	}
}
