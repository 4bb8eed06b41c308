using Pile.Bench.Harness;
using Pile.Writing.Index;

namespace Pile.Bench.Skies;

/// <summary>A generated sky on disk: the positions of a dataset as <c>pile build</c> writes them, which a plain match reads, and no more of it.</summary>
internal static class SkyDataset
{
    /// <summary>Where the positions of a dataset are; peers read the same file.</summary>
    internal static string PositionsOf(string dataset) => $"{dataset}/main/positions.parquet";

    /// <summary>Writes a side unless an earlier run has.</summary>
    /// <param name="folder">Where, in the repository.</param>
    /// <param name="kind">Which sky.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="side">a or b.</param>
    /// <returns>The dataset's folder, as commands name it.</returns>
    internal static string Make(string folder, SkyKind kind, int rows, string side)
    {
        string name = Path.Combine(folder, $"{kind}-{rows}-{side}".ToLowerInvariant()), dataset = Path.Combine(Folders.Root, name), positions = PositionsOf(dataset), unfinished = $"{positions}.unfinished";
        if (File.Exists(positions))
            return name;
        Progress.Say($"  making {kind} sky, {rows:N0} rows, side {side}");
        Directory.CreateDirectory(Path.GetDirectoryName(positions)!);
        File.Delete(unfinished);
        SkyCatalogue sky = SkyCatalogue.Make(kind, rows, isB: side == "b");
        using (PositionsWriter writer = PositionsWriter.Create(unfinished, new PositionsFacts { Dataset = $"{kind} {side}", DatasetVersion = "1" }))
        {
            for (int i = 0; i < rows; i++)
                writer.Append(sky.Healpix29[i], sky.RaDeg[i], sky.DecDeg[i], sky.Ids[i]);
            writer.Complete();
        }
        File.WriteAllText(Path.Combine(dataset, "pile.yaml"), "# The positions of a generated sky: enough for a plain match.\n");
        File.Move(unfinished, positions);
        return name;
    }
}
