using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pile.Streaming;

/// <summary>The position of a stream: enough to resume at the next row, even in another process, with another number of workers or another
/// batch size.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="RowsDone">The number of rows of this epoch that all workers together have received, in the epoch's order.</param>
/// <param name="Rows">The number of rows of an epoch.</param>
/// <param name="Seed">The seed of the shuffle; null for none.</param>
/// <param name="Shuffle">The shuffle; null for none.</param>
/// <param name="Source">Identifies the rows.</param>
public sealed record StreamState(
    [property: JsonPropertyName("epoch")] int Epoch,
    [property: JsonPropertyName("rows_done")] long RowsDone,
    [property: JsonPropertyName("rows")] long Rows,
    [property: JsonPropertyName("seed")] ulong? Seed,
    [property: JsonPropertyName("shuffle")] BlockShuffle? Shuffle,
    [property: JsonPropertyName("source")] string Source)
{
    /// <summary>The hash of the pin of the run; null without one.</summary>
    [JsonPropertyName("pin")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Pin { get; init; }

    /// <summary>Returns the state as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StreamJson.Default.StreamState);

    /// <summary>Parses a state written by <see cref="ToJson"/>.</summary>
    /// <exception cref="ArgumentException">The text is not a saved state.</exception>
    public static StreamState Parse(string json)
    {
        try
        {
            StreamState? state = JsonSerializer.Deserialize(json, StreamJson.Default.StreamState);
            return state is { Source: not null, RowsDone: >= 0, Epoch: >= 0 } ? state
                : throw new JsonException("a field is missing or negative");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"This is not the saved state of a stream: {e.Message}", nameof(json), e);
        }
    }
}
