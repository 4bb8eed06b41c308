namespace Pile.Streaming;

/// <summary>Divides rows with several labels each so that every label has its share in every part.</summary>
/// <remarks>Source: K. Sechidis, G. Tsoumakas, I. Vlahavas, "On the stratification of multi-label data", ECML PKDD 2011, algorithm 1: the
/// rarest label that is left is dealt first, each row to the part that lacks most rows of the label, then most rows.</remarks>
internal static class IterativeStratification
{
    /// <summary>Returns the part of each row.</summary>
    /// <param name="labels">The labels of each row: numbers from 0, each once.</param>
    /// <param name="order">The order in which rows of a label are dealt, which breaks ties.</param>
    /// <param name="weights">The relative sizes of the parts.</param>
    internal static int[] PartOfRows(int[][] labels, double[] order, double[] weights)
    {
        int[] part = new int[labels.Length];
        Array.Fill(part, -1);
        double total = weights.Sum();
        int labelCount = labels.Length == 0 ? 0 : labels.Max(row => row.Length == 0 ? 0 : row.Max() + 1);
        List<int>[] rowsOf = [.. Enumerable.Range(0, labelCount).Select(_ => new List<int>())];
        int[] sorted = [.. Enumerable.Range(0, labels.Length).OrderBy(row => order[row]).ThenBy(row => row)];
        foreach (int row in sorted)
            foreach (int label in labels[row])
                rowsOf[label].Add(row);
        int[] left = [.. rowsOf.Select(rows => rows.Count)];
        double[] wanted = [.. weights.Select(w => labels.Length * w / total)];
        double[][] wantedOf = [.. rowsOf.Select(rows => weights.Select(w => rows.Count * w / total).ToArray())];
        // Labels by the number of their rows that are left; equal numbers by label, whose order is that of the rows.
        SortedSet<(int Left, int Label)> rarest = [.. Enumerable.Range(0, labelCount).Select(label => (left[label], label))];
        while (rarest.Count > 0)
        {
            (int rows, int rare) = rarest.Min;
            if (rows > 0)
                foreach (int row in rowsOf[rare])
                    if (part[row] < 0)
                        Deal(row, wantedOf[rare]);
            rarest.Remove((left[rare], rare));
        }
        foreach (int row in sorted)
            if (part[row] < 0)
                Deal(row, wanted);
        return part;

        void Deal(int row, double[] lacking)
        {
            int best = 0;
            for (int i = 1; i < weights.Length; i++)
                if (lacking[i] > lacking[best] || (lacking[i] == lacking[best] && wanted[i] > wanted[best]))
                    best = i;
            part[row] = best;
            wanted[best]--;
            foreach (int label in labels[row])
            {
                wantedOf[label][best]--;
                if (rarest.Remove((left[label], label)))
                    rarest.Add((left[label] - 1, label));
                left[label]--;
            }
        }
    }
}
