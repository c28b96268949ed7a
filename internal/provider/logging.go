package provider

import (
	"cmp"
	"os"
)

// LimitLogs keeps the plugin libraries from logging what Terraform throws away.
// They log everything unless told otherwise, Terraform hands that on only as far
// as TF_LOG_PROVIDER or TF_LOG ask, and it would be half of what the provider has
// to do. The levels of the libraries that are set themselves stay.
func LimitLogs() error {
	if os.Getenv("TF_TEMP_LOG_PATH") != "" { // a file to which Terraform writes everything
		return nil
	}
	level := cmp.Or(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG"), "OFF")
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_QUAY"} {
		if os.Getenv(name) == "" {
			if err := os.Setenv(name, level); err != nil {
				return err
			}
		}
	}
	return nil
}
