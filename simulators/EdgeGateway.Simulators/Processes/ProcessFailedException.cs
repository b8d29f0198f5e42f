namespace EdgeGateway.Simulators.Processes;

/// <summary>A program that the simulator needs is missing, or did not do its work.</summary>
sealed class ProcessFailedException(string message) : Exception(message);
