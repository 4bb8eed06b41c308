using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>A match as one of several tasks, or as the commit of all of them.</summary>
internal sealed class MatchTasks
{
    private MatchTasks(PartIdentity identity) => Identity = identity;

    /// <summary>What all parts of the match have in common.</summary>
    internal PartIdentity Identity { get; }

    /// <summary>The chunks of A of the task; null in a commit.</summary>
    internal (int First, int End)? Chunks { get; private init; }

    /// <summary>The number of rows of A of the task; null in a commit.</summary>
    internal long? RowsOfShare { get; private init; }

    /// <summary>The pairs of all tasks in a commit; null in a task.</summary>
    internal KeptPairs? Found { get; private init; }

    /// <summary>Prepares a task.</summary>
    internal static async Task<MatchTasks> OfShareAsync(MatchShare share, MatchRequest request, OpenSides sides,
        CancellationToken cancellationToken)
    {
        SortedPositions a = sides.A.Positions;
        (int first, int end) = share.ChunksOf(a.ChunkCount);
        return new MatchTasks(await PartIdentity.OfAsync(request, sides, cancellationToken).ConfigureAwait(false))
        {
            Chunks = (first, end),
            RowsOfShare = first == end ? 0
                : Math.Min((long)end << SortedPositions.ChunkShift, a.Count) - ((long)first << SortedPositions.ChunkShift),
        };
    }

    /// <summary>Opens the parts of all tasks.</summary>
    /// <exception cref="Format.SourceUnreadableException">A part is missing, damaged, or of another match.</exception>
    internal static async Task<MatchTasks> OfPartsAsync(PartFolder folder, MatchRequest request, OpenSides sides, MatchWorkspace work,
        CancellationToken cancellationToken)
    {
        PartIdentity identity = await PartIdentity.OfAsync(request, sides, cancellationToken).ConfigureAwait(false);
        return new MatchTasks(identity) { Found = folder.Open(identity, sides.A.Positions, sides.B.Positions, work) };
    }

    /// <summary>Returns pixels that contain the rows of the task; null in a commit.</summary>
    internal List<HealpixPixel>? PixelsOf(SortedPositions a)
    {
        // Coarse, because they are only used to skip tiles of columns.
        const int order = 5;
        if (Chunks is not { } chunks)
            return null;
        SortedSet<long> pixels = [];
        for (int chunk = chunks.First; chunk < chunks.End; chunk++)
            for (long pixel = a.PixelsOf(chunk).Start >> (2 * (Healpix.MaxOrder - order)),
                last = (a.PixelsOf(chunk).End - 1) >> (2 * (Healpix.MaxOrder - order)); pixel <= last; pixel++)
                pixels.Add(pixel);
        return [.. pixels.Select(p => new HealpixPixel(order, p))];
    }
}
