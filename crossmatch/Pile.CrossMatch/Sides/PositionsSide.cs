using System.Collections.Immutable;
using System.Text;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Sky;
using Pile.Storage;

namespace Pile.CrossMatch;

/// <summary>The sorted positions of a local dataset as a side with only ids and positions.</summary>
/// <remarks>Verifies only the checksum of the manifest, and does not open the index. A process for one match starts faster with it than
/// with a <see cref="DatasetSide"/>, and writes the same bytes.</remarks>
internal sealed class PositionsSide : MatchSide
{
    private const int LargestManifestBytes = 1 << 20;

    private readonly string positionsPath;

    internal PositionsSide(string datasetPath, string positionsPath) => (Name, this.positionsPath) = (datasetPath, positionsPath);

    /// <summary>True if the dataset may have a column of epochs.</summary>
    internal bool MayHaveEpochs { get; private init; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override ImmutableArray<ColumnSchema> Columns => [];

    internal override string? TimeColumn => null;

    internal override long? RowsAtMost => null;

    /// <summary>Finds the positions of a dataset.</summary>
    /// <param name="datasetPath">The dataset's folder.</param>
    /// <returns>The side; null if the dataset has no positions, or must be opened to decide whether they can be used.</returns>
    /// <exception cref="PileException">The manifest is corrupt, or there are two files of positions.</exception>
    internal static PositionsSide? TryOpen(string datasetPath)
    {
        if (VerifiedManifest(Path.Combine(datasetPath, DatasetPaths.Manifest)) is not { } manifest)
            return null;
        // Only one subset has positions, so the name of the subset in the manifest is not needed; verifying the checksum is enough.
        string? found = null;
        foreach (string subset in Directory.GetDirectories(datasetPath))
        {
            string positions = Path.Combine(datasetPath, DatasetPaths.Positions(Path.GetFileName(subset)));
            if (!File.Exists(positions))
                continue;
            if (new DirectoryInfo(subset).LinkTarget is not null || new FileInfo(positions).LinkTarget is not null)
                return null; // opening the dataset decides whether a link is allowed
            found = found is null ? positions : throw new DatasetInvalidException(datasetPath, $"both {found} and {positions} exist",
                "Keep the file of the subset that the manifest names");
        }
        return found is null ? null : new PositionsSide(datasetPath, found)
        {
            MayHaveEpochs = MotionColumns.MayDeclareEpochs(Encoding.UTF8.GetString(manifest))
        };
    }

    /// <summary>Maps the positions.</summary>
    /// <exception cref="DatasetInvalidException">The file is corrupt.</exception>
    internal MappedPositions OpenPositions()
    {
        MappedPositions positions = MappedPositions.Open(positionsPath, Name);
        if (positions.WithoutPosition == 0)
            return positions;
        positions.Dispose();
        throw new DatasetInvalidException(Name, $"'{positionsPath}' lists rows without a position, which its layout does not allow",
            "Build the dataset again");
    }

    internal override bool HasFile(string realPath) => RealPath.IsBelow(realPath, Path.GetFullPath(Name));

    // The mapped file has the identity.
    internal override Task<SideIdentity> IdentifyAsync(bool asOpened, CancellationToken cancellationToken) =>
        Task.FromResult(new SideIdentity("dataset", "", null, null, "", ""));

    internal override Task<SidePlan> PlanAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken) =>
        Task.FromResult(new SidePlan(Name, 0, 0, null, new FileInfo(positionsPath).Length, 1));

    internal override IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Positions are mapped, not read.");

    // Other manifests (missing, unusual, without a checksum) require opening the dataset.
    private static byte[]? VerifiedManifest(string manifest)
    {
        FileInfo file = new(manifest);
        if (!file.Exists || file.Length > LargestManifestBytes || file.LinkTarget is not null || RegularFile.IsSpecial(manifest))
            return null;
        byte[] bytes = File.ReadAllBytes(manifest);
        return ManifestChecksum.Verify(bytes, manifest) is not null ? bytes : null;
    }
}
