namespace Pile.CrossMatch;

/// <summary>A test of one pair.</summary>
internal interface IPairTest
{
    bool IsMet(int rowA, int rowB, double separationArcsec);
}

/// <summary>Tests the smallest separation.</summary>
internal readonly struct MinSeparation(double arcsec) : IPairTest
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) => separationArcsec >= arcsec;
}

/// <summary>Accepts two rows of a self match once, with the first as A.</summary>
internal readonly struct FirstRowIsA : IPairTest
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) => rowA < rowB;
}

/// <summary>Accepts two different rows of a self match in both orders.</summary>
internal readonly struct TwoRows : IPairTest
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) => rowA != rowB;
}

/// <summary>Accepts the selected rows of one or both sides.</summary>
internal readonly struct SelectedRows(ulong[]? a, ulong[]? b) : IPairTest
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) =>
        (a is null || (a[rowA >> 6] >> (rowA & 63) & 1) != 0) && (b is null || (b[rowB >> 6] >> (rowB & 63) & 1) != 0);
}

/// <summary>Times at most a number of days apart.</summary>
internal readonly struct WithinDays(double days, RowArray<double> mjdA, RowArray<double> mjdB) : IPairTest
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) => Math.Abs(mjdB[rowB] - mjdA[rowA]) <= days;
}

/// <summary>Equal values of a column of numbers; NaN is not equal to any value.</summary>
internal readonly struct EqualNumbers<T>(RowArray<T> a, RowArray<T> b) : IPairTest
    where T : unmanaged, System.Numerics.IEqualityOperators<T, T, bool>
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) => a[rowA] == b[rowB];
}
