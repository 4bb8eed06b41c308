using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Cube;

/// <summary>Reads the maps that were derived from a cube.</summary>
internal static class DerivedMaps
{
    private static readonly Modality Cube = Modality.Get("cube");
    private static readonly ImmutableArray<int> Stack = [ColumnSchema.Ragged, ColumnSchema.Ragged, ColumnSchema.Ragged],
        List = [ColumnSchema.Ragged];

    /// <summary>Reads all maps; empty lists for a cube without maps.</summary>
    /// <exception cref="PileException">The file of the maps is unreadable, or does not have what the recipe names.</exception>
    internal static IEnumerable<ColumnData> Read(CubeFile file)
    {
        if (file.Recipe.Maps is not { } recipe)
            return [];
        DerivedMap[] maps = file.OpenMaps() is { } own ? [.. DerivedMap.List(own, recipe, file.Axes.Width, file.Axes.Height)] : [];
        if (maps.Length == 0 && file.OpenMaps() is { } without)
            throw new FitsException(without.Path, null,
                $"expected images of {file.Axes.Width} x {file.Axes.Height} spaxels as in {Path.GetFileName(file.Path)}, found none. "
                    + $"{without.Contents()} Correct 'maps' in the recipe's source.");
        return Array.TrueForAll(maps, m => Voxels.IsFloat32(m.Data) && (m.Noise is null || Voxels.IsFloat32(m.Noise)))
            ? Columns<float>(file, maps, recipe) : Columns<double>(file, maps, recipe);
    }

    private static List<ColumnData> Columns<T>(CubeFile file, DerivedMap[] maps, MapsRecipe recipe)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = (int)file.Axes.Width, height = (int)file.Axes.Height, plane = width * height;
        bool hasNoise = Array.Exists(maps, m => m.Noise is not null), hasMask = Array.Exists(maps, m => m.Mask is not null);
        T[] values = new T[maps.Length * plane], ivar = new T[hasNoise ? values.Length : 0];
        int[] bits = new int[hasMask ? values.Length : 0];
        for (int i = 0; i < maps.Length; i++)
        {
            DerivedMap map = maps[i];
            map.Data.Read(0, 0, width, height, values.AsSpan(i * plane, plane), map.Plane);
            if (map.Noise is { } noise)
            {
                Span<T> own = ivar.AsSpan(i * plane, plane);
                noise.Read(0, 0, width, height, own, map.Plane);
                if (InverseVariance.TryConvert(own, map.Kind, 1, map.NoiseFactor) is { } bad)
                    throw new FitsException(noise.Header.Path, noise.Header.Hdu, string.Create(CultureInfo.InvariantCulture,
                        $"the inverse variance {bad} is out of range. Leave out this file."));
            }
            map.Mask?.Read(0, 0, width, height, bits.AsSpan(i * plane, plane), map.Plane);
        }
        int[] shape = [maps.Length, height, width];
        List<ColumnData> columns =
        [
            new ColumnData<T>(Cube.Find("cube_map")!.With(DTypes.Of<T>(), Stack), values, shape),
            Texts("cube_map_label", m => m.Label),
            Texts("cube_map_unit", m => m.Unit),
        ];
        if (hasNoise)
        {
            columns.Add(new ColumnData<T>(Cube.Find("cube_map_ivar")!.With(DTypes.Of<T>(), Stack), ivar, shape));
            columns.Add(Flags("cube_map_has_ivar", m => m.Noise is not null));
        }
        if (hasMask)
        {
            columns.Add(new ColumnData<int>(Cube.Find("cube_map_mask")!.With(DType.Int32, Stack) with { MaskBits = recipe.MaskBits }, bits,
                shape));
            columns.Add(Flags("cube_map_has_mask", m => m.Mask is not null));
        }
        return columns;

        TextColumnData Texts(string name, Func<DerivedMap, string> of) =>
            TextColumnData.FromLists(Cube.Find(name)!.With(DType.String, List), [[.. maps.Select(of)]]);

        ColumnData<bool> Flags(string name, Func<DerivedMap, bool> of) =>
            new(Cube.Find(name)!.With(DType.Bool, List), maps.Select(of).ToArray(), [maps.Length]);
    }
}
