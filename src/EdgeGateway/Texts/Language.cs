namespace EdgeGateway.Texts;

/// <summary>A language that people are answered in.</summary>
sealed record Language
{
    static readonly AsyncLocal<Language?> Ambient = new();

    /// <summary>POSIX's order, behind our own.</summary>
    static readonly string[] Variables = ["EDGEGW_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];

    Language(string tag) => Tag = tag;

    /// <summary>Its BCP 47 tag, as files are named.</summary>
    public string Tag { get; }

    public static Language Chinese { get; } = new("zh-CN");

    public static Language English { get; } = new("en");

    /// <summary>Chinese first, where both stand side by side.</summary>
    public static IReadOnlyList<Language> All { get; } = [Chinese, English];

    /// <summary>Of whoever asked: it goes along with the call, and through the local socket. English where nobody chose.</summary>
    public static Language Current => Ambient.Value ?? English;

    /// <summary>From here on, for what this call calls.</summary>
    public static void Choose(Language language) => Ambient.Value = language;

    /// <summary><c>zh</c>, <c>zh-CN</c> or <c>en</c>.</summary>
    public static Language? Find(string? tag) => tag switch { "zh" or "zh-CN" => Chinese, "en" => English, _ => null };

    /// <summary>Of the first that is set of EDGEGW_LANG, LC_ALL, LC_MESSAGES and LANG: Chinese where it begins with zh, else English.</summary>
    public static Language Of(Func<string, string?> variable) =>
        Variables.Select(variable).FirstOrDefault(value => value is { Length: > 0 })?.StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true ? Chinese : English;
}
