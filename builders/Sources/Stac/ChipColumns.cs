using System.Collections.Concurrent;
using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Checks that all scenes have the same number of bands and the same data type in a column of chips. Thread-safe.</summary>
internal sealed class ChipColumns
{
    private readonly ConcurrentDictionary<string, (Scene Scene, string[] Bands, DType DType)> columns = new(StringComparer.Ordinal);

    /// <summary>Compares a scene with those before.</summary>
    /// <exception cref="SchemaMismatchException">A column has another number of bands or data type. The build stops even if bad rows are
    /// skipped, because neither of the two scenes is at fault.</exception>
    internal void Require(Scene scene, IEnumerable<ChipGroup> groups)
    {
        foreach (ChipGroup group in groups)
        {
            string[] bands = [.. group.Bands.Select(band => band.Name)];
            DType type = group.Bands[0].DType;
            (Scene first, string[] others, DType other) = columns.GetOrAdd(group.Prefix, (scene, bands, type));
            if (others.Length != bands.Length)
                throw new SchemaMismatchException($"{scene}", $"{group.Prefix}_array", $"the item has {Words(bands)}, but {first} has "
                    + Words(others), "Name the bands that all items have ('bands'), or build a dataset of the items with the same bands");
            if (other != type)
                throw new SchemaMismatchException($"{scene}", $"{group.Prefix}_array", $"the pixels of the item are {type.Name()}, but "
                    + $"those of {first} are {other.Name()}",
                    "Build a dataset of the items of each data type, and unite them with 'pile merge', "
                    + "which gives each columns of its own");
        }
    }

    private static string Words(string[] bands) =>
        $"{bands.Length} band{(bands.Length == 1 ? "" : "s")} ({string.Join(", ", bands)})";
}
