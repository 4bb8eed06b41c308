using System.Globalization;
using Pile.Builders.Sources.LightCurve;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.Snana;

/// <summary>Makes the objects of a HEAD file and its PHOT file into rows.</summary>
internal sealed class FitsCurves(HeadFile head, PhotFile phot, SnanaRecipe recipe, BuildContext context)
{
    private const int ObjectsPerPart = 1024;

    private readonly LightCurveBlock block = new(phot.Schema);

    /// <summary>Reads the rows.</summary>
    /// <exception cref="PileException">A value is missing or invalid; file and row are named.</exception>
    internal IEnumerable<RowBatch> Read(CancellationToken cancellationToken)
    {
        long wanted = context.WantedRows ?? long.MaxValue;
        for (long first = 0; first < head.RowCount && wanted > 0; first += ObjectsPerPart)
        {
            Objects part = new(head, recipe, first, (int)Math.Min(ObjectsPerPart, head.RowCount - first));
            ColumnData[] natives = [.. head.Natives(first, part.Count)];
            List<int> kept = [];
            for (int i = 0; i < part.Count && wanted > 0; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!TryAdd(part, i))
                    continue;
                wanted--;
                kept.Add(i);
                if (block.IsFull)
                    yield return Take();
            }
            if (block.Count > 0)
                yield return Take();

            RowBatch Take()
            {
                RowBatch rows = new([.. block.Take().Columns, .. natives.Select(c => c.Take([.. kept]))]);
                kept.Clear();
                return rows;
            }
        }
    }

    private bool TryAdd(Objects part, int i)
    {
        try
        {
            if (part.Samples(i, phot) is not { } samples)
            {
                context.Skip(head.Path, part.FirstRow + i, "the object has no measurements");
                return false;
            }
            block.Add(part.Id(i), part.Position(i), samples, phot.Bands);
            return true;
        }
        catch (ValueInvalidException e)
        {
            context.Reject(e);
            return false;
        }
    }

    /// <summary>Some rows of a HEAD file.</summary>
    private sealed class Objects
    {
        private readonly HeadFile head;
        private readonly SnanaRecipe recipe;
        private readonly Dictionary<string, string[]> texts = new(StringComparer.Ordinal);
        private readonly double[] ra, dec;
        private readonly long[] from, to;
        private readonly long[]? counts;

        internal Objects(HeadFile head, SnanaRecipe recipe, long firstRow, int count)
        {
            (this.head, this.recipe, FirstRow, Count) = (head, recipe, firstRow, count);
            _ = HeaderValues.Id(recipe.Id, key =>
            {
                texts[key] = head.Texts(key, firstRow, count);
                return key;
            });
            (ra, dec) = (head.Numbers(firstRow, count, "RA"), head.Numbers(firstRow, count, "DEC", "DECL"));
            (from, to) = (head.Integers("PTROBS_MIN", firstRow, count), head.Integers("PTROBS_MAX", firstRow, count));
            counts = head.Has("NOBS") ? head.Integers("NOBS", firstRow, count) : null;
        }

        internal long FirstRow { get; }

        internal int Count { get; }

        internal string Id(int i) => HeaderValues.Id(recipe.Id, key => texts[key][i]) is { Length: > 0 } id ? id
            : throw head.Invalid(FirstRow + i, recipe.Id, "an empty text", "an id");

        internal (double RaDeg, double DecDeg) Position(int i)
        {
            if (!(ra[i] is >= -180 and <= 360 && dec[i] is >= -90 and <= 90) || SnanaNative.IsMissing(ra[i], dec[i]))
                throw Invalid(i, "RA, DEC", string.Create(CultureInfo.InvariantCulture, $"{ra[i]}, {dec[i]}"), "a position on the sky");
            return HeaderValues.ToIcrs(Exact(ra[i]), Exact(dec[i]), RaUnit.Degrees, recipe.Frame,
                (isRa, expected) => Invalid(i, isRa ? "RA" : "DEC", Exact(isRa ? ra[i] : dec[i]), expected));
        }

        /// <summary>Reads the measurements of an object; null if it has none.</summary>
        internal List<Sample>? Samples(int i, PhotFile phot)
        {
            if (counts?[i] == 0)
                return null;
            if (from[i] < 1 || from[i] > phot.RowCount)
                throw Invalid(i, "PTROBS_MIN", Text(from[i]), $"a row of the PHOT file, 1 to {Text(phot.RowCount)}");
            if (to[i] < from[i] || to[i] > phot.RowCount || to[i] - from[i] >= int.MaxValue)
                throw Invalid(i, "PTROBS_MAX", Text(to[i]),
                    $"a row of the PHOT file, {Text(from[i])} (PTROBS_MIN) to {Text(phot.RowCount)}");
            int count = (int)(to[i] - from[i] + 1);
            if (counts is not null && counts[i] != count)
                throw Invalid(i, "NOBS", Text(counts[i]), $"the number of rows from PTROBS_MIN to PTROBS_MAX, {Text(count)}");
            return phot.Read(from[i] - 1, count);
        }

        private ValueInvalidException Invalid(int i, string column, string value, string expected) =>
            head.Invalid(FirstRow + i, column, value, expected);

        private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

        private static string Exact(double number) => number.ToString("R", CultureInfo.InvariantCulture);
    }
}
