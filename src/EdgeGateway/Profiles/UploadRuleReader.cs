using EdgeGateway.Uploads;

namespace EdgeGateway.Profiles;

/// <summary>Reads how media arrives in chunks, where a message says that it is the manifest of some.</summary>
/// <param name="topic">The message's own, the manifest's.</param>
/// <param name="maximumManifest">The message's own <c>maximumSize</c>.</param>
sealed class UploadRuleReader(WireKind? wire, MessageClass? kind, PayloadFormat? format, string? topic, long? maximumManifest)
{
    const long MaximumChunkBytes = 64 << 20;
    const long MaximumBytes = 8L << 30;

    /// <param name="readTopic">Reads the chunks' topic out of the section.</param>
    /// <returns>Null where something is wrong.</returns>
    public UploadRule? Read(ProfileSection message, Func<ProfileSection, string?> readTopic)
    {
        if (wire is not (null or WireKind.Mqtt)) message.RefuseIfPresent("upload", $"on wire {wire.Value.Word()}");
        if (kind == MessageClass.Telemetry) message.RefuseIfPresent("upload", "for telemetry, which is only counted");
        if (format is PayloadFormat.Bytes or PayloadFormat.Auto) message.RefuseIfPresent("upload", "but for json, which a manifest is");
        message.RefuseIfPresent("eventId", "for uploads, which are known by the name in their topic");
        if (maximumManifest > ManifestReader.MaximumBytes) message.Refuse("maximumSize", $"key 'maximumSize' of an upload is of its manifest, and at most {ManifestReader.MaximumBytes} B");
        if (wire != WireKind.Mqtt || message.Section("upload", "'upload'", ProfileKeys.Upload) is not { } section) return null;

        CheckWords(message, "topic", topic, UploadRule.UploadLevel);
        var chunks = readTopic(section);
        CheckWords(section, "chunks", chunks, UploadRule.UploadLevel, UploadRule.ChunkLevel);
        var chunk = section.Size("maximumChunk", MaximumChunkBytes);
        if (chunk < UploadManifest.SmallestChunk) section.Refuse("maximumChunk", $"key 'maximumChunk' must be at least {UploadManifest.SmallestChunk} B");
        var size = section.Size("maximumSize", MaximumBytes);
        var within = section.Duration("completeWithin", TimeSpan.FromMinutes(1), TimeSpan.FromDays(31));
        if (chunks is null || chunk is null || size is null || within is null || !TopicTemplate.TryParse(chunks, out var template, out _)) return null;
        return new UploadRule { Chunks = template, MaximumChunkBytes = (int)chunk.Value, MaximumBytes = size.Value, CompleteWithin = within.Value };
    }

    static void CheckWords(ProfileSection section, string key, string? text, params string[] words)
    {
        if (text is null || !TopicTemplate.TryParse(text, out var template, out _)) return;
        foreach (var word in words)
        {
            if (!template.Has(word)) section.Refuse(key, $"'{text}' of key '{key}' needs a level {word}");
        }
    }
}
