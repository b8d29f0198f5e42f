namespace EdgeGateway.Storage.Registry;

/// <summary>
/// <c>accounts.db</c> cannot be read. It is no view: nothing can make it again, and it is left as it is. The message says
/// what to do.
/// </summary>
public sealed class AccountsUnreadableException(string path, string reason, Exception? inner = null)
    : Exception($"The accounts '{path}' cannot be read ({reason}): restore the file from a backup.", inner);
