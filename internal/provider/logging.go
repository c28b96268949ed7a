package provider

import (
	"cmp"
	"os"
)

// LimitLogs keeps the plugin libraries from logging what Terraform throws away.
// With terraform-plugin-log 0.11.0 they log everything unless a variable tells them
// otherwise, and Terraform hands on only what TF_LOG_PROVIDER or TF_LOG ask for. It
// would be a third of the provider's work. What the variables of the libraries ask
// for themselves stays. We found no report of it. LimitLogs can go when the
// libraries take their level from TF_LOG, or Terraform sets their variables.
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
