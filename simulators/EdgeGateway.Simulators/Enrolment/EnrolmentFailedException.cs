namespace EdgeGateway.Simulators.Enrolment;

/// <summary>A device could not be registered, or the secrets file can't be used.</summary>
sealed class EnrolmentFailedException(string message) : Exception(message);
