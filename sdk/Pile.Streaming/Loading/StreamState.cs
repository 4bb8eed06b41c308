using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pile.Streaming;

/// <summary>Where a stream stands: enough to go on with the very next row, in another process, and with another number of workers or rows
/// in a batch.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="RowsDone">Rows of this epoch that all workers together have been given, in the epoch's order.</param>
/// <param name="Rows">Rows of an epoch.</param>
/// <param name="Seed">The seed of the shuffle; null for none.</param>
/// <param name="Shuffle">The shuffle; null for none.</param>
/// <param name="Source">What tells the rows from others.</param>
public sealed record StreamState(
    [property: JsonPropertyName("epoch")] int Epoch,
    [property: JsonPropertyName("rows_done")] long RowsDone,
    [property: JsonPropertyName("rows")] long Rows,
    [property: JsonPropertyName("seed")] ulong? Seed,
    [property: JsonPropertyName("shuffle")] BlockShuffle? Shuffle,
    [property: JsonPropertyName("source")] string Source)
{
    /// <summary>The state as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Reads a state that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static StreamState Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<StreamState>(json) is { Source: not null, RowsDone: >= 0, Epoch: >= 0 } state ? state
                : throw new JsonException("it has no rows");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"This is not the saved state of a stream: {e.Message}", nameof(json), e);
        }
    }
}
