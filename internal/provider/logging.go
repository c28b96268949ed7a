package provider

import (
	"cmp"
	"os"
)

// LimitLogs keeps the plugin libraries from logging what Terraform throws away.
// They log everything unless told otherwise, Terraform hands that on only as far
// as TF_LOG_PROVIDER or TF_LOG ask, and it would be a third of what the provider
// has to do. What the variables of the libraries ask for themselves stays.
func LimitLogs() error {
	if os.Getenv("TF_TEMP_LOG_PATH") != "" { // a file to which Terraform writes everything
		return nil
	}
	level := cmp.Or(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG"), "OFF")
	libraries := cmp.Or(os.Getenv("TF_LOG_SDK"), level)
	for name, level := range map[string]string{
		"TF_LOG_PROVIDER_QUAY": level, "TF_LOG_SDK": libraries, "TF_LOG_SDK_PROTO": libraries, "TF_LOG_SDK_FRAMEWORK": libraries,
	} {
		if os.Getenv(name) != "" {
			continue
		}
		if err := os.Setenv(name, level); err != nil {
			return err
		}
	}
	return nil
}
