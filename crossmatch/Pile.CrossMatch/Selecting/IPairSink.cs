using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Receives the rows of a result, block by block.</summary>
internal interface IPairSink
{
    /// <summary>Prepares a block before its location is known. Called on any thread, for several blocks in parallel.</summary>
    void Prepare(PairBuffer rows);

    /// <summary>Assigns the location of a block. Called for the blocks in order, one at a time.</summary>
    void Place(PairBuffer rows);

    /// <summary>Writes a block. Called on any thread, for several blocks in parallel.</summary>
    void Write(PairBuffer rows);
}
