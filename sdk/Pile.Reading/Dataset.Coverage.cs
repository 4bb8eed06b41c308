using Pile.Format;
using Pile.Sky;

namespace Pile.Reading;

public sealed partial class Dataset
{
    /// <summary>Reads the stored space-time coverage of all rows with a time.</summary>
    /// <returns>The coverage; null if the dataset stores none.</returns>
    /// <exception cref="DatasetInvalidException">The file is damaged or missing.</exception>
    internal async Task<SpaceTimeMoc?> SpaceTimeCoverageAsync(CancellationToken cancellationToken)
    {
        if (Catalogue is not null || Source is not null)
            return null;
        FileList list = await FilesAsync(cancellationToken).ConfigureAwait(false);
        string path = DatasetPaths.Coverage(Manifest.Subset);
        return list.Files.FirstOrDefault(f => f.Path == path) is { } file ? await ReadMetaAsync(file,
            (_, local, _) => SpaceTimeFits.Read(File.ReadAllBytes(local)), cancellationToken).ConfigureAwait(false) : null;
    }
}
