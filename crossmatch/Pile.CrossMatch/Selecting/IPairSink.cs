using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Takes the rows of a result, block by block.</summary>
internal interface IPairSink
{
    /// <summary>Prepares what the place of a block depends on. Called on any thread, for several blocks at once.</summary>
    void Prepare(PairBuffer rows);

    /// <summary>Gives a block its place. Called for the blocks in order, one at a time.</summary>
    void Place(PairBuffer rows);

    /// <summary>Writes a block. Called on any thread, for several blocks at once.</summary>
    void Write(PairBuffer rows);
}
