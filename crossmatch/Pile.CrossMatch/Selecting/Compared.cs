namespace Pile.CrossMatch;

/// <summary>A value of a pair: its separation, or a column of one of its rows.</summary>
internal readonly struct PairValue(RowArray<double>? a, RowArray<double>? b)
{
    internal double Of(int rowA, int rowB, double separationArcsec) => a is not null ? a[rowA] : b is not null ? b[rowB] : separationArcsec;
}

/// <summary>Compares a value, or the sum or difference of two, with a number. A missing value or NaN does not meet the condition.</summary>
internal readonly struct Compared(PairValue left, int sign, PairValue other, string comparison, double limit) : IPairTest
{
    private readonly bool isLess = comparison[0] == '<', orEqual = comparison.Length == 2;

    public bool IsMet(int rowA, int rowB, double separationArcsec)
    {
        double value = left.Of(rowA, rowB, separationArcsec);
        if (sign != 0)
            value = sign > 0 ? value + other.Of(rowA, rowB, separationArcsec) : value - other.Of(rowA, rowB, separationArcsec);
        return isLess ? orEqual ? value <= limit : value < limit : orEqual ? value >= limit : value > limit;
    }
}
