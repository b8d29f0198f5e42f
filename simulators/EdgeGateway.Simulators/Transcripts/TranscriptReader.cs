using System.Text.Json;

namespace EdgeGateway.Simulators.Transcripts;

/// <summary>Reads transcripts back.</summary>
static class TranscriptReader
{
    /// <summary>Entries in the order of the file. A last line without its end is what a killed simulator leaves, and is no entry.</summary>
    /// <exception cref="TranscriptUnreadableException">Any other line is no entry.</exception>
    public static IEnumerable<TranscriptEntry> Read(TextReader text)
    {
        for (var number = 1L; text.ReadLine() is { } line; number++)
        {
            if (line.Length == 0) continue;
            TranscriptEntry? entry;
            try
            {
                entry = JsonSerializer.Deserialize(line, TranscriptJson.Default.TranscriptEntry);
            }
            catch (JsonException) when (text.Peek() < 0)
            {
                yield break;
            }
            catch (JsonException exception)
            {
                throw new TranscriptUnreadableException($"line {number} of the transcript is no entry: {exception.Message}");
            }

            yield return entry ?? throw new TranscriptUnreadableException($"line {number} of the transcript is 'null', no entry.");
        }
    }
}

/// <summary>A transcript, or a list of the ledger's items, is not what it must be.</summary>
sealed class TranscriptUnreadableException(string message) : Exception(message);
