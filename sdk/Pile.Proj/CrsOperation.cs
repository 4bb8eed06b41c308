using System.Runtime.InteropServices;
using Pile.Proj.Native;

namespace Pile.Proj;

/// <summary>How PROJ transforms one coordinate reference system to another, for plans and warnings.</summary>
/// <param name="Name">The best operation whose grids are installed, for example <c>UTM zone 33N</c>.</param>
/// <param name="AccuracyM">Its stated accuracy in metres; null if it is not known. Conversions without a change of datum have 0.</param>
/// <param name="IsBallpark">True if a change of datum is left out because no operation for it is known: errors of up to hundreds of
/// metres.</param>
/// <param name="MissingGrids">The files of better operations that are not installed; a better result needs them. Empty if the best
/// operation is used.</param>
internal sealed record CrsOperation(string Name, double? AccuracyM, bool IsBallpark, IReadOnlyList<string> MissingGrids)
{
    /// <summary>Ranks the operations as if all grids were installed, and finds the first that can be used.</summary>
    internal static CrsOperation? Find(ContextHandle context, PjHandle source, PjHandle target)
    {
        nint factory = 0, list = 0;
        try
        {
            unsafe
            {
                factory = ProjNative.CreateOperationFactory(context, null);
            }
            ProjNative.SetGridAvailability(context, factory, ProjNative.GridAvailabilityIgnored);
            ProjNative.SetSpatialCriterion(context, factory, ProjNative.PartialIntersection);
            list = ProjNative.CreateOperations(context, source, target, factory);
            SortedSet<string> missing = new(StringComparer.Ordinal);
            for (int i = 0; list is not 0 && i < ProjNative.ListCount(list); i++)
            {
                using PjHandle operation = PjHandle.Own(context, ProjNative.ListItem(context, list, i))!;
                if (ProjNative.IsInstantiable(context, operation) == 0)
                {
                    AddMissing(context, operation, missing);
                    continue;
                }
                double accuracyM = ProjNative.TypeOf(operation) is PjType.Conversion ? 0 : ProjNative.AccuracyM(context, operation);
                return new CrsOperation(NativeText.Name(operation), accuracyM >= 0.0 ? accuracyM : null,
                    ProjNative.HasBallpark(context, operation) != 0, [.. missing]);
            }
            return null;
        }
        finally
        {
            if (list is not 0)
                ProjNative.DestroyList(list);
            if (factory is not 0)
                ProjNative.DestroyOperationFactory(factory);
        }
    }

    private static unsafe void AddMissing(ContextHandle context, PjHandle operation, SortedSet<string> missing)
    {
        for (int i = 0; i < ProjNative.GridCount(context, operation); i++)
        {
            byte* name = null;
            int isAvailable = 0;
            if (ProjNative.GridUsed(context, operation, i, &name, null, null, null, null, null, &isAvailable) != 0 && isAvailable == 0)
                missing.Add(Marshal.PtrToStringUTF8((nint)name) ?? "");
        }
    }
}
