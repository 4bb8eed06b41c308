using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Review.Validation;

/// <summary>Checks any folder that says it is a HATS catalogue, as strictly as the <c>hats</c> library does, and counts the rows.</summary>
/// <remarks>Source of the rules: the HATS note of the IVOA and the strict validation of hats 0.10, of which no part is here. Collections are folders of
/// catalogues: check each of those.</remarks>
public static class HatsChecker
{
    /// <summary>Checks one catalogue: of objects, sources, an association, a margin, a map, or an index.</summary>
    /// <param name="catalogFolder">The folder with <c>hats.properties</c>.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>Findings with the code I001, by path; none for a valid catalogue. Paths are relative to the folder.</returns>
    /// <exception cref="DatasetNotFoundException">There is no such folder.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ImmutableArray<Finding> Check(string catalogFolder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(catalogFolder);
        if (!Directory.Exists(catalogFolder))
            throw new DatasetNotFoundException(catalogFolder, "there is no such folder");
        FindingLog log = new(int.MaxValue);
        using ReviewDatabases databases = new(Path.GetFullPath(catalogFolder), workers: 1);
        new HatsCatalogCheck(Path.GetFullPath(catalogFolder), "", log, databases).Check(cancellationToken);
        return log.Findings;
    }
}
