namespace Pile.CrossMatch.Matching;

/// <summary>A prepared search, which can match any rows of a independently of the others.</summary>
internal interface IPairSearch
{
    /// <summary>Creates a searcher for one thread.</summary>
    IPairSearcher CreateSearcher();
}

/// <summary>Searches on one thread.</summary>
internal interface IPairSearcher
{
    /// <summary>Finds the pairs of rows of a up to the end or, if there are very many pairs, up to an earlier row, which is always the
    /// same.</summary>
    /// <param name="firstRow">The first row of a.</param>
    /// <param name="endRow">One past the last row; in the same chunk.</param>
    /// <param name="pairs">Receives the pairs, sorted by row of a, separation, and row of b.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>One past the last row of a that was matched.</returns>
    int Find(int firstRow, int endRow, PairBuffer pairs, CancellationToken cancellationToken);
}
