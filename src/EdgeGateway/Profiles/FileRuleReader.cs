using EdgeGateway.Docks;

namespace EdgeGateway.Profiles;

/// <summary>Reads which files of a dock's folder a message is for.</summary>
sealed class FileRuleReader(List<ProfileError> errors)
{
    const int MaximumPlaces = 8;

    readonly List<string> _patterns = [];

    /// <returns>No pattern where the message is for no files, or something is wrong.</returns>
    public (FilePattern? File, IReadOnlyList<string> CounterPer) Read(ProfileSection message, WireKind? wire, PayloadFormat? format)
    {
        if (format == PayloadFormat.File && wire == WireKind.Dock) return (ReadPattern(message) is { } pattern ? pattern : null, ReadCounterPer(message));
        foreach (var key in wire is null || format is null ? [] : (string[])["file", "counterPer"]) message.RefuseIfPresent(key, "but for the format file");
        return (null, []);
    }

    FilePattern? ReadPattern(ProfileSection message)
    {
        if (message.Text("file") is not { } text) return null;
        if (!FilePattern.TryParse(text, out var pattern, out var error))
        {
            message.Refuse("file", $"'{text}' of key 'file' is no pattern of names: {error}");
            return null;
        }

        if (_patterns.Exists(earlier => earlier == "*" || earlier.Equals(text, StringComparison.OrdinalIgnoreCase)))
        {
            message.Refuse("file", $"'{text}' of key 'file' is never reached, since a message before it takes the same files: put it earlier");
        }

        _patterns.Add(text);
        return pattern;
    }

    List<string> ReadCounterPer(ProfileSection message)
    {
        var places = new List<string>();
        var words = message.Text("file", required: false) is { } text && FilePattern.TryParse(text, out var pattern, out _) ? pattern.Words : null;
        if (words?.Contains(FilePattern.Counter) == false) message.RefuseIfPresent("counterPer", "without a place {counter} in 'file'");
        foreach (var item in message.Items("counterPer", MaximumPlaces, required: false))
        {
            if (item is not YamlScalar { IsText: true } place) errors.Add(new(item.Line, item.Column, "an item of 'counterPer' must be a place of 'file', such as recorder"));
            else if (words?.Contains(place.Text) == false || place.Text == FilePattern.Counter) errors.Add(new(item.Line, item.Column, $"'{place.Text}' of 'counterPer' is no other place of 'file'"));
            else places.Add(place.Text);
        }

        return places;
    }
}
