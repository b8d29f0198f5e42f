namespace EdgeGateway.Profiles;

/// <summary>A node of a YAML document with its place in the file, both from 1.</summary>
abstract record YamlNode(int Line, int Column);

sealed record YamlMapping(int Line, int Column, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line, Column);

sealed record YamlSequence(int Line, int Column, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Column);

sealed record YamlEntry(YamlScalar Key, YamlNode Value);

/// <summary>A scalar; without quotes it may be a number, a truth value or nothing (YAML 1.2 section 10.3.2).</summary>
sealed record YamlScalar(int Line, int Column, string Text, bool IsQuoted) : YamlNode(Line, Column)
{
    public bool IsText => IsQuoted || !(IsNothing || IsTruth || IsNumber);

    public bool IsNothing => !IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL";

    bool IsTruth => Text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE";

    bool IsNumber => YamlNumber.Form().IsMatch(Text);
}
