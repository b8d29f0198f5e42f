using System.Text.Json.Serialization;

namespace EdgeGateway.Simulators.Transcripts;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(TranscriptEntry))]
sealed partial class TranscriptJson : JsonSerializerContext;
