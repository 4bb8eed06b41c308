namespace Pile.Reading;

/// <summary>What to do about a missing or damaged index: it is made again in a local folder only.</summary>
internal static class IndexRemedy
{
    /// <summary>Returns what to do about a tile.</summary>
    internal static string OfTile(Dataset dataset) => dataset.Manifest.Foreign is not null ? "Get the tile again from its source"
        : dataset.Store.Traits.IsLocal ? "Get the tile again, or run 'pile index rebuild'"
        : "Copy the tile there again from where the dataset was built; if it is lost there too, run 'pile index rebuild' there first";

    /// <summary>Returns what to do about the index.</summary>
    internal static string OfIndex(Dataset dataset) => dataset.Catalogue is not null
        ? $"Make a dataset of the catalogue, whose rows are sorted, and use that: 'pile copy {dataset.Address} FOLDER'"
        : dataset.Store.Traits.IsLocal ? "Run 'pile index rebuild'"
        : "Run 'pile index rebuild' where the dataset was built, and copy the dataset there again";
}
