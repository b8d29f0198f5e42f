namespace EdgeGateway.Gateway;

/// <summary>Settings <c>Evidence:*</c>.</summary>
sealed class EvidenceOptions
{
    /// <summary>Seal SM3 (GB/T 32905) beside SHA-256 over the same bytes. The tree stays SHA-256.</summary>
    public bool Sm3 { get; set; }
}
