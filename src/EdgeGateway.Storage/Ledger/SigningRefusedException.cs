namespace EdgeGateway.Storage.Ledger;

/// <summary>No checkpoint was signed, because signing could make a second history; the message says why and what to do.</summary>
public sealed class SigningRefusedException(string message) : Exception(message);
