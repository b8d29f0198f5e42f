using EdgeGateway.Gateway;

namespace EdgeGateway.Texts;

/// <summary>What commands say (<c>Texts/Messages.json</c>), in the language of whoever asked.</summary>
static class Said
{
    public static string Of(string key, params ReadOnlySpan<object?> values) => TextTable.Of("Messages").Format(key, values);
}

/// <summary>What keeps a command from working, said in the language of whoever asked.</summary>
static class Failure
{
    /// <summary>It can't be done, or the answer is no: exit code 1.</summary>
    public static GatewayException Of(string key, params ReadOnlySpan<object?> values) => new(Said.Of(key, values));

    /// <summary>It was asked for wrongly: exit code 2.</summary>
    public static GatewayException Usage(string key, params ReadOnlySpan<object?> values) => new(Said.Of(key, values), exitCode: 2);
}
