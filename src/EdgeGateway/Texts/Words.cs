namespace EdgeGateway.Texts;

/// <summary>What fields and their fixed values are called (<c>Texts/Words.json</c>), in the language of whoever asked. A name without a word stands for itself.</summary>
static class Words
{
    /// <summary>A field's path, word by word.</summary>
    public static string Field(string path)
    {
        var texts = TextTable.Of("Words");
        return string.Join('.', path.Split('.').Select(name => texts.Find(name) ?? Element(texts, name)));
    }

    /// <summary>A value that is one of a few; others stand for themselves.</summary>
    /// <param name="field">Its field's name.</param>
    public static string Value(string field, string value) => TextTable.Of("Words").Find($"{field}={value}") ?? value;

    static string Element(TextTable texts, string name) =>
        name.IndexOf('[') is var at and > 0 ? (texts.Find(name[..at]) ?? name[..at]) + name[at..] : name;
}
