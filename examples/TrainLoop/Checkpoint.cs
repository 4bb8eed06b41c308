using System.Text.Json;
using Pile.Streaming;

namespace Pile.Examples.TrainLoop;

/// <summary>The state from which a training run can continue: the model, the state of the stream, and the residuals of the epoch.</summary>
/// <param name="Model">The model.</param>
/// <param name="Stream">The state of the stream; null at the start.</param>
/// <param name="Squares">The sum of the squared residuals of the epoch.</param>
/// <param name="Pairs">The number of residuals.</param>
internal sealed record Checkpoint(LinearModel Model, StreamState? Stream, double Squares, long Pairs)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Saves the checkpoint atomically: a crash leaves this one or the previous one.</summary>
    internal void Save(string path)
    {
        string aside = $"{path}.tmp";
        File.WriteAllText(aside, JsonSerializer.Serialize(this, Format));
        File.Move(aside, path, overwrite: true);
    }

    /// <exception cref="ArgumentException">The file does not contain a checkpoint.</exception>
    internal static Checkpoint Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Checkpoint>(File.ReadAllText(path)) is { Model: not null } saved ? saved
                : throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new ArgumentException($"'{path}' is not a checkpoint: {e.Message}", e);
        }
    }
}
