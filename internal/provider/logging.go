package provider

import (
	"cmp"
	"os"
)

// LimitLogs limits the logs of the plugin libraries to the levels that Terraform shows. With
// terraform-plugin-log 0.11.0, the libraries log everything unless their own variables limit
// it. Terraform shows only the level of TF_LOG_PROVIDER or TF_LOG. The unused logs take a
// third of the provider's time. LimitLogs does not change a variable that the user has set. We
// found no report of it. LimitLogs can go when the libraries read TF_LOG, or Terraform sets
// their variables.
func LimitLogs() error {
	if os.Getenv("TF_TEMP_LOG_PATH") != "" { // Terraform writes all levels to this file
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
