using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Review;

/// <summary>Checks a folder with HATS properties as strictly as the <c>hats</c> library does, and counts the rows.</summary>
/// <remarks>Source of the rules: the HATS note of the IVOA and the strict validation of hats 0.10, whose code is not used here.</remarks>
internal static class HatsChecker
{
    /// <summary>Returns whether a folder has the properties of a HATS catalogue or collection.</summary>
    public static bool IsHats(string folder) =>
        Array.Exists(HatsProperties.FilesOfCatalogues, name => File.Exists(Path.Combine(folder, name)));

    /// <summary>Checks one catalogue (of objects, sources, an association, a margin, a map, or an index), or a collection with all its
    /// members.</summary>
    /// <param name="folder">The folder with <c>hats.properties</c> or <c>collection.properties</c>.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>Findings with the codes I001, I004 and I006, by path; empty for a valid catalogue. Paths are relative to the
    /// folder.</returns>
    /// <exception cref="DatasetNotFoundException">The folder does not exist.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ImmutableArray<Finding> Check(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
            throw new DatasetNotFoundException(folder, "there is no such folder");
        FindingLog log = new(int.MaxValue);
        _ = Check(Path.GetFullPath(folder), log, cancellationToken);
        return log.Findings;
    }

    /// <summary>Checks a folder and returns the number of rows that its properties declare.</summary>
    internal static long Check(string fullPath, FindingLog log, CancellationToken cancellationToken)
    {
        using ReviewDatabases databases = new(workers: 1, memoryBytes: null, fullPath);
        if (File.Exists(Path.Combine(fullPath, HatsCollectionCheck.FileName)))
            return new HatsCollectionCheck(fullPath, "", log, databases).Check(cancellationToken);
        HatsCatalogCheck catalogue = new(fullPath, "", log, databases);
        catalogue.Check(cancellationToken);
        return long.TryParse(catalogue.Properties?["hats_nrows"], out long rows) ? rows : 0;
    }
}
