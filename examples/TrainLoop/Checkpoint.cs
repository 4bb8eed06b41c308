using System.Text.Json;
using Pile.Streaming;

namespace Pile.Examples.TrainLoop;

/// <summary>Everything that is needed to go on: the model, where the stream stands, and what the epoch has cost so far.</summary>
/// <param name="Model">The model.</param>
/// <param name="Stream">Where the stream stands; null at the start.</param>
/// <param name="Squares">Sum of the epoch's squared residuals.</param>
/// <param name="Pairs">How many they are.</param>
internal sealed record Checkpoint(LinearModel Model, StreamState? Stream, double Squares, long Pairs)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Saves it; killed at any point, it leaves this one or the one before.</summary>
    internal void Save(string path)
    {
        string aside = $"{path}.tmp";
        File.WriteAllText(aside, JsonSerializer.Serialize(this, Format));
        File.Move(aside, path, overwrite: true);
    }

    /// <exception cref="ArgumentException">There is none.</exception>
    internal static Checkpoint Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Checkpoint>(File.ReadAllText(path)) is { Model: not null } saved ? saved
                : throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new ArgumentException($"'{path}' has nothing to go on from: {e.Message}", e);
        }
    }
}
