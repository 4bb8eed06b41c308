namespace Pile.CrossMatch;

/// <summary>Values that the diagnostics page draws.</summary>
/// <param name="RadiusArcsec">The radius of the match.</param>
/// <param name="EastArcsec">Offsets ΔRA·cos δ of a sample of pairs.</param>
/// <param name="NorthArcsec">Offsets Δδ of the same pairs.</param>
/// <param name="RowsA">The numbers of matched and unmatched rows of A by cell.</param>
/// <param name="RowsB">The same of B; null in a self match.</param>
internal sealed record MatchDiagnostics(double RadiusArcsec, double[] EastArcsec, double[] NorthArcsec, MatchedCells RowsA,
    MatchedCells? RowsB);
